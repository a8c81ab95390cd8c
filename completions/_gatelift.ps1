
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'gatelift' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'gatelift'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'gatelift' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('convert', 'convert', [CompletionResultType]::ParameterValue, 'Convert manifests to Gateway API objects')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Say what a conversion would change, and write no objects: for pipelines')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Say whether the API server would take Gateway API objects, without one')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Say where a request goes, before and after the conversion')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Prove that two sets of manifests treat every request alike, or show a request that differs')
            [CompletionResult]::new('upgrade', 'upgrade', [CompletionResultType]::ParameterValue, 'Write Gateway API objects of old versions (v1alpha1, v1alpha2, v1beta1 and proposals before them) as objects of v1')
            [CompletionResult]::new('effective', 'effective', [CompletionResultType]::ParameterValue, 'Print the policies that hold for a route, and which object each value came from')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a diagnostic or an annotation')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List what gatelift knows')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a man page')
            break
        }
        'gatelift;convert' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Read every Ingress under this dialect, whatever its class (see `list sources`)')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'The implementation to write for (see `list targets`); standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--channel', '--channel', [CompletionResultType]::ParameterName, 'Channel of Gateway API; standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--class-map', '--class-map', [CompletionResultType]::ParameterName, 'The GatewayClass for an IngressClass; repeatable, or a comma list')
            [CompletionResult]::new('--topology', '--topology', [CompletionResultType]::ParameterName, 'How listeners are spread over Gateways; shared, unless the configuration file says otherwise')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Attach the routes to this Gateway instead of writing one')
            [CompletionResult]::new('--gateway-namespace', '--gateway-namespace', [CompletionResultType]::ParameterName, 'Namespace of the Gateways that are written')
            [CompletionResult]::new('--controller-config', '--controller-config', [CompletionResultType]::ParameterName, 'The controller''s ConfigMap')
            [CompletionResult]::new('--default-certificate', '--default-certificate', [CompletionResultType]::ParameterName, 'Secret with the certificate for hosts that have none of their own')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it')
            [CompletionResult]::new('--max-classes', '--max-classes', [CompletionResultType]::ParameterName, 'Give up a host''s proof beyond this many classes of requests')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How objects are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How objects are written')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Write files below DIR instead of to standard output; files of an earlier run that are no longer part of the output are removed')
            [CompletionResult]::new('--layout', '--layout', [CompletionResultType]::ParameterName, 'How objects are spread over files')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How findings are written')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the whole report to FILE: SARIF for .sarif, JUnit for .xml, Markdown for .md, else JSON; repeatable')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Make a finding an error: a code, its name, or `warnings`; repeatable, or a comma list')
            [CompletionResult]::new('--warn', '--warn', [CompletionResultType]::ParameterName, 'Make a finding a warning, whatever it is: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Accept a finding and what follows from it: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration file')
            [CompletionResult]::new('--no-prove', '--no-prove', [CompletionResultType]::ParameterName, 'Do not prove that the output treats every request as the input did')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Also replace files that gatelift did not write')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; name the files below DIR that are missing, stale or left over, and exit with 1 when there are any')
            [CompletionResult]::new('--provenance', '--provenance', [CompletionResultType]::ParameterName, 'Say above each object which fields it came from')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;check' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Read every Ingress under this dialect, whatever its class (see `list sources`)')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'The implementation to write for (see `list targets`); standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--channel', '--channel', [CompletionResultType]::ParameterName, 'Channel of Gateway API; standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--class-map', '--class-map', [CompletionResultType]::ParameterName, 'The GatewayClass for an IngressClass; repeatable, or a comma list')
            [CompletionResult]::new('--topology', '--topology', [CompletionResultType]::ParameterName, 'How listeners are spread over Gateways; shared, unless the configuration file says otherwise')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Attach the routes to this Gateway instead of writing one')
            [CompletionResult]::new('--gateway-namespace', '--gateway-namespace', [CompletionResultType]::ParameterName, 'Namespace of the Gateways that are written')
            [CompletionResult]::new('--controller-config', '--controller-config', [CompletionResultType]::ParameterName, 'The controller''s ConfigMap')
            [CompletionResult]::new('--default-certificate', '--default-certificate', [CompletionResultType]::ParameterName, 'Secret with the certificate for hosts that have none of their own')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it')
            [CompletionResult]::new('--max-classes', '--max-classes', [CompletionResultType]::ParameterName, 'Give up a host''s proof beyond this many classes of requests')
            [CompletionResult]::new('--against', '--against', [CompletionResultType]::ParameterName, 'Compare the Ingresses with the Gateway API objects below this file or directory instead of a new conversion; repeatable, or a comma list')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Leave out warnings and errors that this file lists')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How findings are written')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the whole report to FILE: SARIF for .sarif, JUnit for .xml, Markdown for .md, else JSON; repeatable')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Make a finding an error: a code, its name, or `warnings`; repeatable, or a comma list')
            [CompletionResult]::new('--warn', '--warn', [CompletionResultType]::ParameterName, 'Make a finding a warning, whatever it is: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Accept a finding and what follows from it: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration file')
            [CompletionResult]::new('--no-prove', '--no-prove', [CompletionResultType]::ParameterName, 'Do not prove that the output treats every request as the input did')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write the warnings and errors that there are now to the baseline, and exit with 0')
            [CompletionResult]::new('--exit-zero', '--exit-zero', [CompletionResultType]::ParameterName, 'Exit with 0 whatever was found, for steps that only report; what could not be done is still 2')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;validate' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--channel', '--channel', [CompletionResultType]::ParameterName, 'Channel of Gateway API that the cluster has; standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--crds', '--crds', [CompletionResultType]::ParameterName, 'Check by the CustomResourceDefinitions below this file or directory instead of what is built in; repeatable')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How findings are written')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the whole report to FILE: SARIF for .sarif, JUnit for .xml, Markdown for .md, else JSON; repeatable')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Make a finding an error: a code, its name, or `warnings`; repeatable, or a comma list')
            [CompletionResult]::new('--warn', '--warn', [CompletionResultType]::ParameterName, 'Make a finding a warning, whatever it is: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Accept a finding and what follows from it: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;trace' {
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header of these requests; repeatable')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of these requests; repeatable')
            [CompletionResult]::new('--requests', '--requests', [CompletionResultType]::ParameterName, 'Read requests from FILE or standard input, one JSON object a line')
            [CompletionResult]::new('--side', '--side', [CompletionResultType]::ParameterName, 'Which side is asked')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Read every Ingress under this dialect, whatever its class (see `list sources`)')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'The implementation to write for (see `list targets`); standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--channel', '--channel', [CompletionResultType]::ParameterName, 'Channel of Gateway API; standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--class-map', '--class-map', [CompletionResultType]::ParameterName, 'The GatewayClass for an IngressClass; repeatable, or a comma list')
            [CompletionResult]::new('--topology', '--topology', [CompletionResultType]::ParameterName, 'How listeners are spread over Gateways; shared, unless the configuration file says otherwise')
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Attach the routes to this Gateway instead of writing one')
            [CompletionResult]::new('--gateway-namespace', '--gateway-namespace', [CompletionResultType]::ParameterName, 'Namespace of the Gateways that are written')
            [CompletionResult]::new('--controller-config', '--controller-config', [CompletionResultType]::ParameterName, 'The controller''s ConfigMap')
            [CompletionResult]::new('--default-certificate', '--default-certificate', [CompletionResultType]::ParameterName, 'Secret with the certificate for hosts that have none of their own')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How answers are written; json is one object a line')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How answers are written; json is one object a line')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Accept a finding and what follows from it: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;verify' {
            [CompletionResult]::new('--before', '--before', [CompletionResultType]::ParameterName, 'Files or directories of manifests, or - for standard input')
            [CompletionResult]::new('--after', '--after', [CompletionResultType]::ParameterName, 'Files or directories of manifests, or - for standard input')
            [CompletionResult]::new('--source', '--source', [CompletionResultType]::ParameterName, 'Read every Ingress under this dialect, whatever its class (see `list sources`)')
            [CompletionResult]::new('--target', '--target', [CompletionResultType]::ParameterName, 'The implementation that runs the Gateway API objects (see `list targets`); standard, unless the configuration file says otherwise')
            [CompletionResult]::new('--controller-config', '--controller-config', [CompletionResultType]::ParameterName, 'The controller''s ConfigMap')
            [CompletionResult]::new('--max-classes', '--max-classes', [CompletionResultType]::ParameterName, 'Give up a host''s proof beyond this many classes of requests')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;upgrade' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How objects are written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How objects are written')
            [CompletionResult]::new('--output-dir', '--output-dir', [CompletionResultType]::ParameterName, 'Write files below DIR instead of to standard output; files of an earlier run that are no longer part of the output are removed')
            [CompletionResult]::new('--layout', '--layout', [CompletionResultType]::ParameterName, 'How objects are spread over files')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it')
            [CompletionResult]::new('--message-format', '--message-format', [CompletionResultType]::ParameterName, 'How findings are written')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the whole report to FILE: SARIF for .sarif, JUnit for .xml, Markdown for .md, else JSON; repeatable')
            [CompletionResult]::new('--deny', '--deny', [CompletionResultType]::ParameterName, 'Make a finding an error: a code, its name, or `warnings`; repeatable, or a comma list')
            [CompletionResult]::new('--warn', '--warn', [CompletionResultType]::ParameterName, 'Make a finding a warning, whatever it is: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--allow', '--allow', [CompletionResultType]::ParameterName, 'Accept a finding and what follows from it: a code or its name; repeatable, or a comma list')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Also replace files that gatelift did not write')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing; name the files below DIR that are missing, stale or left over, and exit with 1 when there are any')
            [CompletionResult]::new('--provenance', '--provenance', [CompletionResultType]::ParameterName, 'Say above each object which fields it came from')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration file')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every info with its place; without it those of one code are one line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;effective' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file; without it gatelift.toml or gatelift.yaml in the working directory or above it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the answer is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Read directories with all below them')
            [CompletionResult]::new('--no-config', '--no-config', [CompletionResultType]::ParameterName, 'Read no configuration file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;explain' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How the table is written')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How the table is written')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'gatelift;man' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
