_gatelift() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="gatelift"
                ;;
            gatelift,completions)
                cmd="gatelift__subcmd__completions"
                ;;
            gatelift,convert)
                cmd="gatelift__subcmd__convert"
                ;;
            gatelift,explain)
                cmd="gatelift__subcmd__explain"
                ;;
            gatelift,list)
                cmd="gatelift__subcmd__list"
                ;;
            gatelift,man)
                cmd="gatelift__subcmd__man"
                ;;
            gatelift,trace)
                cmd="gatelift__subcmd__trace"
                ;;
            gatelift,verify)
                cmd="gatelift__subcmd__verify"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        gatelift)
            opts="-h -V --color --help --version convert trace verify explain list completions man"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        gatelift__subcmd__completions)
            opts="-h --color --help bash elvish fish powershell zsh"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        gatelift__subcmd__convert)
            opts="-f -R -o -q -h --filename --recursive --source --target --channel --class-map --topology --gateway --gateway-namespace --controller-config --default-certificate --no-prove --max-classes --output --output-dir --layout --force --check --provenance --message-format --report --deny --allow --quiet --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx ingress gateway-api" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway" -- "${cur}"))
                    return 0
                    ;;
                --channel)
                    COMPREPLY=($(compgen -W "standard experimental" -- "${cur}"))
                    return 0
                    ;;
                --class-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --topology)
                    COMPREPLY=($(compgen -W "shared namespace listener-set" -- "${cur}"))
                    return 0
                    ;;
                --gateway)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --gateway-namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-certificate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-classes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -W "yaml json kyaml name" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "yaml json kyaml name" -- "${cur}"))
                    return 0
                    ;;
                --output-dir)
                    COMPREPLY=()
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o plusdirs
                    fi
                    return 0
                    ;;
                --layout)
                    COMPREPLY=($(compgen -W "object source" -- "${cur}"))
                    return 0
                    ;;
                --message-format)
                    COMPREPLY=($(compgen -W "text concise json" -- "${cur}"))
                    return 0
                    ;;
                --report)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --deny)
                    COMPREPLY=($(compgen -W "warnings syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit invalid-output" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit invalid-output" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        gatelift__subcmd__explain)
            opts="-h --color --help syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit invalid-output"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        gatelift__subcmd__list)
            opts="-o -h --output --color --help sources targets annotations diagnostics schema"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --output)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        gatelift__subcmd__man)
            opts="-h --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        gatelift__subcmd__trace)
            opts="-H -f -R -o -h --header --requests --side --filename --recursive --source --target --channel --class-map --topology --gateway --gateway-namespace --controller-config --default-certificate --output --allow --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --header)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -H)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --requests)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --side)
                    COMPREPLY=($(compgen -W "before after both" -- "${cur}"))
                    return 0
                    ;;
                --filename)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -f)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx ingress gateway-api" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway" -- "${cur}"))
                    return 0
                    ;;
                --channel)
                    COMPREPLY=($(compgen -W "standard experimental" -- "${cur}"))
                    return 0
                    ;;
                --class-map)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --topology)
                    COMPREPLY=($(compgen -W "shared namespace listener-set" -- "${cur}"))
                    return 0
                    ;;
                --gateway)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --gateway-namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-certificate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit invalid-output" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        gatelift__subcmd__verify)
            opts="-R -o -h --before --after --recursive --source --target --controller-config --max-classes --output --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --before)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --after)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx ingress gateway-api" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway" -- "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --max-classes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _gatelift -o nosort -o bashdefault -o default gatelift
else
    complete -F _gatelift -o bashdefault -o default gatelift
fi
