# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_gatelift_global_optspecs
    string join \n color= h/help V/version
end

function __fish_gatelift_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_gatelift_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_gatelift_using_subcommand
    set -l cmd (__fish_gatelift_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c gatelift -n "__fish_gatelift_needs_command" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c gatelift -n "__fish_gatelift_needs_command" -s V -l version -d 'Print version'
complete -c gatelift -n "__fish_gatelift_needs_command" -f -a "convert" -d 'Convert manifests to Gateway API objects'
complete -c gatelift -n "__fish_gatelift_needs_command" -f -a "trace" -d 'Say where a request goes, before and after the conversion'
complete -c gatelift -n "__fish_gatelift_needs_command" -f -a "verify" -d 'Prove that two sets of manifests treat every request alike, or show a request that differs'
complete -c gatelift -n "__fish_gatelift_needs_command" -f -a "explain" -d 'Explain a diagnostic or an annotation'
complete -c gatelift -n "__fish_gatelift_needs_command" -f -a "list" -d 'List what gatelift knows'
complete -c gatelift -n "__fish_gatelift_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c gatelift -n "__fish_gatelift_needs_command" -f -a "man" -d 'Print a man page'
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -s f -l filename -d 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list' -r -F
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l source -d 'Read every Ingress under this dialect, whatever its class (see `list sources`)' -r -f -a "ingress-nginx\t'Ingresses of the community controller kubernetes/ingress-nginx (v1.15), with its annotations and ConfigMap'
ingress\t'Ingresses of any other controller, by what the Ingress API promises; vendor annotations are reported, not carried'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l target -d 'The implementation to write for (see `list targets`)' -r -f -a "standard\t'any implementation of Gateway API 1.6: its core and extended fields only'
envoy-gateway\t'Envoy Gateway 1.9: standard objects, in the order in which it ranks them; no policies of its own yet'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l channel -d 'Channel of Gateway API' -r -f -a "standard\t'Fields that are stable'
experimental\t'Also fields that may change; the cluster needs the experimental CRDs'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l class-map -d 'The GatewayClass for an IngressClass; repeatable, or a comma list' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l topology -d 'How listeners are spread over Gateways' -r -f -a "shared\t'One Gateway a class'
namespace\t'One Gateway a class and namespace'
listener-set\t'One Gateway a class, and a ListenerSet a namespace'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l gateway -d 'Attach the routes to this Gateway instead of writing one' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l gateway-namespace -d 'Namespace of the Gateways that are written' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l controller-config -d 'The controller\'s ConfigMap' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l default-certificate -d 'Secret with the certificate for hosts that have none of their own' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l max-classes -d 'Give up a host\'s proof beyond this many classes of requests' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -s o -l output -d 'How objects are written' -r -f -a "yaml\t'Documents as kubectl prints them'
json\t'One `kind: List`'
kyaml\t'Documents in kubectl\'s strict subset of YAML'
name\t'KIND.GROUP/NAME, one a line'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l output-dir -d 'Write files below DIR instead of to standard output; files of an earlier run that are no longer part of the output are removed' -r -f -a "(__fish_complete_directories)"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l layout -d 'How objects are spread over files' -r -f -a "object\t'One file an object: NAMESPACE/KIND-NAME.yaml'
source\t'The tree of the input: an object goes into the file of the same name as the one it came from. Objects that came from several files have a file of their own'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l message-format -d 'How findings are written to standard error' -r -f -a "text\t'With the source line'
concise\t'One line a finding: FILE:LINE:COLUMN: SEVERITY[CODE] MESSAGE'
json\t'The whole report as JSON'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l report -d 'Also write the whole report to FILE, as JSON (see `list schema`)' -r -F
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l deny -d 'Make a finding an error: a code, its name, or `warnings`; repeatable, or a comma list' -r -f -a "warnings\t'Every warning'
syntax-error\t'A document is not valid YAML or JSON.'
duplicate-key\t'A mapping has the same key twice.'
not-a-manifest\t'A document has no apiVersion and kind.'
template\t'The file is a template (Helm, or ${VAR} placeholders), not a manifest.'
wrong-type\t'A field has a value of the wrong type.'
annotation-not-a-string\t'An annotation\'s value is a YAML boolean, number or null, not a string.'
unknown-field\t'A field is not part of the object\'s API.'
unreadable-input\t'A file or directory could not be read.'
expansion-limit\t'A document nests too deep, or its anchors expand to too much.'
old-api-version\t'The object uses an API version that clusters no longer serve.'
missing-name\t'An object has no metadata.name.'
duplicate-object\t'The input holds two objects of the same kind, namespace and name.'
invalid-object\t'The API server would refuse the object.'
class-not-served\t'An Ingress belongs to a class that gatelift does not read, or to none.'
no-class\t'An Ingress names no class, and no IngressClass is marked as the default.'
unknown-annotation\t'An annotation has the controller\'s prefix but the controller knows no such name.'
invalid-value-default\t'The controller refuses an annotation\'s value and uses the default instead.'
invalid-value-ingress-skipped\t'The controller refuses an annotation\'s value and leaves out the whole Ingress.'
invalid-value-denied\t'The controller refuses an annotation\'s value and answers 503 on the Ingress\'s paths.'
invalid-value-forbidden\t'The controller cannot read the client CA and answers 403 on the whole host.'
invalid-value-fails-open\t'The controller refuses an annotation\'s value and runs without the feature.'
service-not-in-input\t'A Service that a backend names is not in the input.'
service-port-not-found\t'A backend names a port that its Service does not have.'
named-port-unresolved\t'A backend names its port by name and the Service is not in the input.'
duplicate-path\t'Two Ingresses claim the same host, path and path type.'
configuration-refused\t'The Ingresses together make a configuration that nginx refuses.'
canary-inert\t'A canary Ingress has no main rule with the same host, path and path type, or its Service is taken otherwise.'
resource-backend\t'A path names a resource, not a Service, as its backend.'
path-never-matches\t'A path can never match a request as the controller sees it (it holds `//`, dot segments or percent-encoding).'
snippet-not-loaded\t'A snippet annotation is above the controller\'s risk level, or snippets are switched off.'
annotation-not-carried\t'An annotation has an effect on the controller that is not carried to Gateway API.'
protection-not-carried\t'An annotation protects the backend (auth, IP list, client certificates, WAF) and is not carried.'
ambiguous-source\t'The controller of a class could not be told from its IngressClass or annotations.'
backend-unusable\t'A backend\'s Service does not exist in the input or has no endpoints.'
reference-refused\t'A reference to another namespace has no ReferenceGrant, or names an object that does not exist.'
route-not-attached\t'A route is attached to no listener.'
annotation-without-effect\t'An annotation has no effect, because another one that it depends on is missing, switched off or set against it.'
unknown-config-key\t'The controller\'s ConfigMap has a key that the controller does not know.'
config-value-refused\t'The controller refuses the value of a key of its ConfigMap and keeps the default.'
api-version-not-read\t'An object of Gateway API has a version that is not read.'
listener-not-programmed\t'A listener conflicts with another one, or its certificate cannot be used.'
rule-dropped\t'A rule holds a regular expression that the implementation does not accept.'
filter-not-read\t'A filter has an effect that gatelift does not read.'
rule-unreachable\t'A rule never gets a request: an earlier rule takes all of them.'
https-redirect-keeps-trailing-slash\t'The redirect to https keeps the trailing slash that ingress-nginx strips.'
slash-redirect-lost\t'nginx redirects `/foo` to `/foo/`; Gateway API serves `/foo` itself.'
wildcard-matches-more-labels\t'`*.example.com` takes one label in an Ingress and any number of labels in Gateway API.'
https-without-certificate\t'ingress-nginx answers https for every host with its own default certificate; the output has no https listener for hosts without TLS.'
backend-error-status\t'The answer for a missing backend or a default backend differs (503 or 404 against 500 or 404).'
path-normalisation\t'ingress-nginx matches decoded, merged paths and sends the path as it came; the target normalises in its own way.'
rewrite-differs\t'The backend sees another path than before.'
redirect-differs\t'A redirect\'s status or Location differs.'
order-differs\t'Another rule takes the request, because the target ranks rules otherwise and the order could not be kept.'
backend-differs\t'A request reaches another backend, or other weights.'
policy-differs\t'The request goes where it went, under other policies.'
host-served-differently\t'A host is served by one side only.'
rule-withheld\t'A rule was withheld, because the target cannot carry it without letting more through.'
unproved\t'Equality could not be decided for some requests.'
host-header-differs\t'The backend sees another Host header.'
preflight-differs\t'ingress-nginx answers every OPTIONS request itself when CORS is on; the target answers only real preflight requests.'
built-in-endpoint-lost\t'The catch-all server of ingress-nginx answers /healthz and /nginx_status itself.'
regex-written-as-prefix\t'A host in ingress-nginx\'s regex mode is written with case-sensitive, element-wise path prefixes.'
implicit-body-limit\t'Ingress-nginx refuses request bodies over its default limit (1m); the output has no limit.'
unexplained-difference\t'The conversion treats a request otherwise, for a reason that gatelift does not know.'
regex-not-expressible\t'A path is a PCRE expression (look-around, back-reference, possessive quantifier) that Gateway API implementations cannot run.'
rewrite-not-expressible\t'A rewrite with captures has no core form on this target.'
setting-not-carried\t'A setting has no field on this target.'
backend-tls-not-carried\t'The backend is spoken to over TLS without checking its certificate, which Gateway API cannot express.'
redirect-not-expressible\t'A redirect\'s status or Location cannot be written as a RequestRedirect.'
cookie-as-header-regex\t'A cookie condition is written as a regular expression on the Cookie header.'
host-not-expressible\t'A server alias is a regular expression; Gateway API hostnames have none.'
protocol-not-expressible\t'The backend\'s protocol (FastCGI, AUTO_HTTP) has no Gateway API counterpart.'
service-app-protocol\t'The backend speaks HTTP/2 in clear text (gRPC), which Gateway API learns from the Service\'s appProtocol.'
cors-approximated\t'CORS is written as the CORS filter, which follows the Fetch standard.'
certificate-not-named\t'A TLS section names no secret: ingress-nginx serves its default certificate.'
order-not-expressible\t'The order of two rules cannot be kept on this target.'
listener-limit\t'A Gateway would need more than 64 listeners.'
ca-configmap-needed\t'A BackendTLSPolicy reads its certificate authority from a ConfigMap, the input keeps it in a Secret.'
gateway-namespace-chosen\t'The routes are in several namespaces and none was named for their Gateway.'
listeners-needed\t'The routes attach to a Gateway that is not part of the output.'
invalid-output\t'An emitted object breaks a rule of the API server.'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l allow -d 'Accept a finding and what follows from it: a code or its name; repeatable, or a comma list' -r -f -a "syntax-error\t'A document is not valid YAML or JSON.'
duplicate-key\t'A mapping has the same key twice.'
not-a-manifest\t'A document has no apiVersion and kind.'
template\t'The file is a template (Helm, or ${VAR} placeholders), not a manifest.'
wrong-type\t'A field has a value of the wrong type.'
annotation-not-a-string\t'An annotation\'s value is a YAML boolean, number or null, not a string.'
unknown-field\t'A field is not part of the object\'s API.'
unreadable-input\t'A file or directory could not be read.'
expansion-limit\t'A document nests too deep, or its anchors expand to too much.'
old-api-version\t'The object uses an API version that clusters no longer serve.'
missing-name\t'An object has no metadata.name.'
duplicate-object\t'The input holds two objects of the same kind, namespace and name.'
invalid-object\t'The API server would refuse the object.'
class-not-served\t'An Ingress belongs to a class that gatelift does not read, or to none.'
no-class\t'An Ingress names no class, and no IngressClass is marked as the default.'
unknown-annotation\t'An annotation has the controller\'s prefix but the controller knows no such name.'
invalid-value-default\t'The controller refuses an annotation\'s value and uses the default instead.'
invalid-value-ingress-skipped\t'The controller refuses an annotation\'s value and leaves out the whole Ingress.'
invalid-value-denied\t'The controller refuses an annotation\'s value and answers 503 on the Ingress\'s paths.'
invalid-value-forbidden\t'The controller cannot read the client CA and answers 403 on the whole host.'
invalid-value-fails-open\t'The controller refuses an annotation\'s value and runs without the feature.'
service-not-in-input\t'A Service that a backend names is not in the input.'
service-port-not-found\t'A backend names a port that its Service does not have.'
named-port-unresolved\t'A backend names its port by name and the Service is not in the input.'
duplicate-path\t'Two Ingresses claim the same host, path and path type.'
configuration-refused\t'The Ingresses together make a configuration that nginx refuses.'
canary-inert\t'A canary Ingress has no main rule with the same host, path and path type, or its Service is taken otherwise.'
resource-backend\t'A path names a resource, not a Service, as its backend.'
path-never-matches\t'A path can never match a request as the controller sees it (it holds `//`, dot segments or percent-encoding).'
snippet-not-loaded\t'A snippet annotation is above the controller\'s risk level, or snippets are switched off.'
annotation-not-carried\t'An annotation has an effect on the controller that is not carried to Gateway API.'
protection-not-carried\t'An annotation protects the backend (auth, IP list, client certificates, WAF) and is not carried.'
ambiguous-source\t'The controller of a class could not be told from its IngressClass or annotations.'
backend-unusable\t'A backend\'s Service does not exist in the input or has no endpoints.'
reference-refused\t'A reference to another namespace has no ReferenceGrant, or names an object that does not exist.'
route-not-attached\t'A route is attached to no listener.'
annotation-without-effect\t'An annotation has no effect, because another one that it depends on is missing, switched off or set against it.'
unknown-config-key\t'The controller\'s ConfigMap has a key that the controller does not know.'
config-value-refused\t'The controller refuses the value of a key of its ConfigMap and keeps the default.'
api-version-not-read\t'An object of Gateway API has a version that is not read.'
listener-not-programmed\t'A listener conflicts with another one, or its certificate cannot be used.'
rule-dropped\t'A rule holds a regular expression that the implementation does not accept.'
filter-not-read\t'A filter has an effect that gatelift does not read.'
rule-unreachable\t'A rule never gets a request: an earlier rule takes all of them.'
https-redirect-keeps-trailing-slash\t'The redirect to https keeps the trailing slash that ingress-nginx strips.'
slash-redirect-lost\t'nginx redirects `/foo` to `/foo/`; Gateway API serves `/foo` itself.'
wildcard-matches-more-labels\t'`*.example.com` takes one label in an Ingress and any number of labels in Gateway API.'
https-without-certificate\t'ingress-nginx answers https for every host with its own default certificate; the output has no https listener for hosts without TLS.'
backend-error-status\t'The answer for a missing backend or a default backend differs (503 or 404 against 500 or 404).'
path-normalisation\t'ingress-nginx matches decoded, merged paths and sends the path as it came; the target normalises in its own way.'
rewrite-differs\t'The backend sees another path than before.'
redirect-differs\t'A redirect\'s status or Location differs.'
order-differs\t'Another rule takes the request, because the target ranks rules otherwise and the order could not be kept.'
backend-differs\t'A request reaches another backend, or other weights.'
policy-differs\t'The request goes where it went, under other policies.'
host-served-differently\t'A host is served by one side only.'
rule-withheld\t'A rule was withheld, because the target cannot carry it without letting more through.'
unproved\t'Equality could not be decided for some requests.'
host-header-differs\t'The backend sees another Host header.'
preflight-differs\t'ingress-nginx answers every OPTIONS request itself when CORS is on; the target answers only real preflight requests.'
built-in-endpoint-lost\t'The catch-all server of ingress-nginx answers /healthz and /nginx_status itself.'
regex-written-as-prefix\t'A host in ingress-nginx\'s regex mode is written with case-sensitive, element-wise path prefixes.'
implicit-body-limit\t'Ingress-nginx refuses request bodies over its default limit (1m); the output has no limit.'
unexplained-difference\t'The conversion treats a request otherwise, for a reason that gatelift does not know.'
regex-not-expressible\t'A path is a PCRE expression (look-around, back-reference, possessive quantifier) that Gateway API implementations cannot run.'
rewrite-not-expressible\t'A rewrite with captures has no core form on this target.'
setting-not-carried\t'A setting has no field on this target.'
backend-tls-not-carried\t'The backend is spoken to over TLS without checking its certificate, which Gateway API cannot express.'
redirect-not-expressible\t'A redirect\'s status or Location cannot be written as a RequestRedirect.'
cookie-as-header-regex\t'A cookie condition is written as a regular expression on the Cookie header.'
host-not-expressible\t'A server alias is a regular expression; Gateway API hostnames have none.'
protocol-not-expressible\t'The backend\'s protocol (FastCGI, AUTO_HTTP) has no Gateway API counterpart.'
service-app-protocol\t'The backend speaks HTTP/2 in clear text (gRPC), which Gateway API learns from the Service\'s appProtocol.'
cors-approximated\t'CORS is written as the CORS filter, which follows the Fetch standard.'
certificate-not-named\t'A TLS section names no secret: ingress-nginx serves its default certificate.'
order-not-expressible\t'The order of two rules cannot be kept on this target.'
listener-limit\t'A Gateway would need more than 64 listeners.'
ca-configmap-needed\t'A BackendTLSPolicy reads its certificate authority from a ConfigMap, the input keeps it in a Secret.'
gateway-namespace-chosen\t'The routes are in several namespaces and none was named for their Gateway.'
listeners-needed\t'The routes attach to a Gateway that is not part of the output.'
invalid-output\t'An emitted object breaks a rule of the API server.'"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -s R -l recursive -d 'Read directories with all below them'
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l no-prove -d 'Do not prove that the output treats every request as the input did'
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l force -d 'Also replace files that gatelift did not write'
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l check -d 'Write nothing; name the files below DIR that are missing, stale or left over, and exit with 1 when there are any'
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -l provenance -d 'Say above each object which fields it came from'
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -s q -l quiet -d 'Print errors only'
complete -c gatelift -n "__fish_gatelift_using_subcommand convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -s H -l header -d 'A header of these requests; repeatable' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l requests -d 'Read requests from FILE or standard input, one JSON object a line' -r -F
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l side -d 'Which side is asked' -r -f -a "before\t'The input under its own dialect'
after\t'The output under the target'
both\t'Both, compared'"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -s f -l filename -d 'Files or directories of manifests (YAML or JSON), or - for standard input; repeatable, or a comma list' -r -F
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l source -d 'Read every Ingress under this dialect, whatever its class (see `list sources`)' -r -f -a "ingress-nginx\t'Ingresses of the community controller kubernetes/ingress-nginx (v1.15), with its annotations and ConfigMap'
ingress\t'Ingresses of any other controller, by what the Ingress API promises; vendor annotations are reported, not carried'"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l target -d 'The implementation to write for (see `list targets`)' -r -f -a "standard\t'any implementation of Gateway API 1.6: its core and extended fields only'
envoy-gateway\t'Envoy Gateway 1.9: standard objects, in the order in which it ranks them; no policies of its own yet'"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l channel -d 'Channel of Gateway API' -r -f -a "standard\t'Fields that are stable'
experimental\t'Also fields that may change; the cluster needs the experimental CRDs'"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l class-map -d 'The GatewayClass for an IngressClass; repeatable, or a comma list' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l topology -d 'How listeners are spread over Gateways' -r -f -a "shared\t'One Gateway a class'
namespace\t'One Gateway a class and namespace'
listener-set\t'One Gateway a class, and a ListenerSet a namespace'"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l gateway -d 'Attach the routes to this Gateway instead of writing one' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l gateway-namespace -d 'Namespace of the Gateways that are written' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l controller-config -d 'The controller\'s ConfigMap' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l default-certificate -d 'Secret with the certificate for hosts that have none of their own' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -s o -l output -d 'How answers are written; json is one object a line' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l allow -d 'Accept a finding and what follows from it: a code or its name; repeatable, or a comma list' -r -f -a "syntax-error\t'A document is not valid YAML or JSON.'
duplicate-key\t'A mapping has the same key twice.'
not-a-manifest\t'A document has no apiVersion and kind.'
template\t'The file is a template (Helm, or ${VAR} placeholders), not a manifest.'
wrong-type\t'A field has a value of the wrong type.'
annotation-not-a-string\t'An annotation\'s value is a YAML boolean, number or null, not a string.'
unknown-field\t'A field is not part of the object\'s API.'
unreadable-input\t'A file or directory could not be read.'
expansion-limit\t'A document nests too deep, or its anchors expand to too much.'
old-api-version\t'The object uses an API version that clusters no longer serve.'
missing-name\t'An object has no metadata.name.'
duplicate-object\t'The input holds two objects of the same kind, namespace and name.'
invalid-object\t'The API server would refuse the object.'
class-not-served\t'An Ingress belongs to a class that gatelift does not read, or to none.'
no-class\t'An Ingress names no class, and no IngressClass is marked as the default.'
unknown-annotation\t'An annotation has the controller\'s prefix but the controller knows no such name.'
invalid-value-default\t'The controller refuses an annotation\'s value and uses the default instead.'
invalid-value-ingress-skipped\t'The controller refuses an annotation\'s value and leaves out the whole Ingress.'
invalid-value-denied\t'The controller refuses an annotation\'s value and answers 503 on the Ingress\'s paths.'
invalid-value-forbidden\t'The controller cannot read the client CA and answers 403 on the whole host.'
invalid-value-fails-open\t'The controller refuses an annotation\'s value and runs without the feature.'
service-not-in-input\t'A Service that a backend names is not in the input.'
service-port-not-found\t'A backend names a port that its Service does not have.'
named-port-unresolved\t'A backend names its port by name and the Service is not in the input.'
duplicate-path\t'Two Ingresses claim the same host, path and path type.'
configuration-refused\t'The Ingresses together make a configuration that nginx refuses.'
canary-inert\t'A canary Ingress has no main rule with the same host, path and path type, or its Service is taken otherwise.'
resource-backend\t'A path names a resource, not a Service, as its backend.'
path-never-matches\t'A path can never match a request as the controller sees it (it holds `//`, dot segments or percent-encoding).'
snippet-not-loaded\t'A snippet annotation is above the controller\'s risk level, or snippets are switched off.'
annotation-not-carried\t'An annotation has an effect on the controller that is not carried to Gateway API.'
protection-not-carried\t'An annotation protects the backend (auth, IP list, client certificates, WAF) and is not carried.'
ambiguous-source\t'The controller of a class could not be told from its IngressClass or annotations.'
backend-unusable\t'A backend\'s Service does not exist in the input or has no endpoints.'
reference-refused\t'A reference to another namespace has no ReferenceGrant, or names an object that does not exist.'
route-not-attached\t'A route is attached to no listener.'
annotation-without-effect\t'An annotation has no effect, because another one that it depends on is missing, switched off or set against it.'
unknown-config-key\t'The controller\'s ConfigMap has a key that the controller does not know.'
config-value-refused\t'The controller refuses the value of a key of its ConfigMap and keeps the default.'
api-version-not-read\t'An object of Gateway API has a version that is not read.'
listener-not-programmed\t'A listener conflicts with another one, or its certificate cannot be used.'
rule-dropped\t'A rule holds a regular expression that the implementation does not accept.'
filter-not-read\t'A filter has an effect that gatelift does not read.'
rule-unreachable\t'A rule never gets a request: an earlier rule takes all of them.'
https-redirect-keeps-trailing-slash\t'The redirect to https keeps the trailing slash that ingress-nginx strips.'
slash-redirect-lost\t'nginx redirects `/foo` to `/foo/`; Gateway API serves `/foo` itself.'
wildcard-matches-more-labels\t'`*.example.com` takes one label in an Ingress and any number of labels in Gateway API.'
https-without-certificate\t'ingress-nginx answers https for every host with its own default certificate; the output has no https listener for hosts without TLS.'
backend-error-status\t'The answer for a missing backend or a default backend differs (503 or 404 against 500 or 404).'
path-normalisation\t'ingress-nginx matches decoded, merged paths and sends the path as it came; the target normalises in its own way.'
rewrite-differs\t'The backend sees another path than before.'
redirect-differs\t'A redirect\'s status or Location differs.'
order-differs\t'Another rule takes the request, because the target ranks rules otherwise and the order could not be kept.'
backend-differs\t'A request reaches another backend, or other weights.'
policy-differs\t'The request goes where it went, under other policies.'
host-served-differently\t'A host is served by one side only.'
rule-withheld\t'A rule was withheld, because the target cannot carry it without letting more through.'
unproved\t'Equality could not be decided for some requests.'
host-header-differs\t'The backend sees another Host header.'
preflight-differs\t'ingress-nginx answers every OPTIONS request itself when CORS is on; the target answers only real preflight requests.'
built-in-endpoint-lost\t'The catch-all server of ingress-nginx answers /healthz and /nginx_status itself.'
regex-written-as-prefix\t'A host in ingress-nginx\'s regex mode is written with case-sensitive, element-wise path prefixes.'
implicit-body-limit\t'Ingress-nginx refuses request bodies over its default limit (1m); the output has no limit.'
unexplained-difference\t'The conversion treats a request otherwise, for a reason that gatelift does not know.'
regex-not-expressible\t'A path is a PCRE expression (look-around, back-reference, possessive quantifier) that Gateway API implementations cannot run.'
rewrite-not-expressible\t'A rewrite with captures has no core form on this target.'
setting-not-carried\t'A setting has no field on this target.'
backend-tls-not-carried\t'The backend is spoken to over TLS without checking its certificate, which Gateway API cannot express.'
redirect-not-expressible\t'A redirect\'s status or Location cannot be written as a RequestRedirect.'
cookie-as-header-regex\t'A cookie condition is written as a regular expression on the Cookie header.'
host-not-expressible\t'A server alias is a regular expression; Gateway API hostnames have none.'
protocol-not-expressible\t'The backend\'s protocol (FastCGI, AUTO_HTTP) has no Gateway API counterpart.'
service-app-protocol\t'The backend speaks HTTP/2 in clear text (gRPC), which Gateway API learns from the Service\'s appProtocol.'
cors-approximated\t'CORS is written as the CORS filter, which follows the Fetch standard.'
certificate-not-named\t'A TLS section names no secret: ingress-nginx serves its default certificate.'
order-not-expressible\t'The order of two rules cannot be kept on this target.'
listener-limit\t'A Gateway would need more than 64 listeners.'
ca-configmap-needed\t'A BackendTLSPolicy reads its certificate authority from a ConfigMap, the input keeps it in a Secret.'
gateway-namespace-chosen\t'The routes are in several namespaces and none was named for their Gateway.'
listeners-needed\t'The routes attach to a Gateway that is not part of the output.'
invalid-output\t'An emitted object breaks a rule of the API server.'"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -s R -l recursive -d 'Read directories with all below them'
complete -c gatelift -n "__fish_gatelift_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -l before -d 'Files or directories of manifests, or - for standard input' -r -F
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -l after -d 'Files or directories of manifests, or - for standard input' -r -F
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -l source -d 'Read every Ingress under this dialect, whatever its class (see `list sources`)' -r -f -a "ingress-nginx\t'Ingresses of the community controller kubernetes/ingress-nginx (v1.15), with its annotations and ConfigMap'
ingress\t'Ingresses of any other controller, by what the Ingress API promises; vendor annotations are reported, not carried'"
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -l target -d 'The implementation that runs the Gateway API objects (see `list targets`)' -r -f -a "standard\t'any implementation of Gateway API 1.6: its core and extended fields only'
envoy-gateway\t'Envoy Gateway 1.9: standard objects, in the order in which it ranks them; no policies of its own yet'"
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -l controller-config -d 'The controller\'s ConfigMap' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -l max-classes -d 'Give up a host\'s proof beyond this many classes of requests' -r
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -s o -l output -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -s R -l recursive -d 'Read directories with all below them'
complete -c gatelift -n "__fish_gatelift_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c gatelift -n "__fish_gatelift_using_subcommand explain" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c gatelift -n "__fish_gatelift_using_subcommand list" -s o -l output -d 'How the table is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c gatelift -n "__fish_gatelift_using_subcommand list" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c gatelift -n "__fish_gatelift_using_subcommand completions" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c gatelift -n "__fish_gatelift_using_subcommand man" -l color -d 'When colours are used; auto heeds NO_COLOR and whether the output is a terminal' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gatelift -n "__fish_gatelift_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
