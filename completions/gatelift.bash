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
            gatelift,apply)
                cmd="gatelift__subcmd__apply"
                ;;
            gatelift,check)
                cmd="gatelift__subcmd__check"
                ;;
            gatelift,completions)
                cmd="gatelift__subcmd__completions"
                ;;
            gatelift,convert)
                cmd="gatelift__subcmd__convert"
                ;;
            gatelift,diff)
                cmd="gatelift__subcmd__diff"
                ;;
            gatelift,effective)
                cmd="gatelift__subcmd__effective"
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
            gatelift,upgrade)
                cmd="gatelift__subcmd__upgrade"
                ;;
            gatelift,validate)
                cmd="gatelift__subcmd__validate"
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
            opts="-h -V --color --help --version convert check validate trace verify diff apply upgrade effective explain list completions man"
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
        gatelift__subcmd__apply)
            opts="-f -R -n -A -l -q -v -h --filename --recursive --namespace --all-namespaces --selector --kubeconfig --context --cluster --user --as --as-group --request-timeout --dry-run --force-conflicts --prune --wait --timeout --source --target --channel --class-map --topology --gateway --gateway-namespace --gateway-address --waypoint --controller-config --controller-version --default-certificate --config --no-config --no-prove --max-classes --message-format --report --deny --warn --allow --quiet --verbose --v --color --help"
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
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kubeconfig)
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
                --context)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as-group)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --dry-run)
                    COMPREPLY=($(compgen -W "none client server" -- "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx istio-ingress ingress" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway istio" -- "${cur}"))
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
                --gateway-address)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waypoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-certificate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
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
                --max-classes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --message-format)
                    COMPREPLY=($(compgen -W "text concise json sarif github junit markdown" -- "${cur}"))
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
                    COMPREPLY=($(compgen -W "warnings syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
        gatelift__subcmd__check)
            opts="-f -R -n -A -l -q -v -h --filename --recursive --namespace --all-namespaces --selector --kubeconfig --context --cluster --user --as --as-group --request-timeout --source --target --channel --class-map --topology --gateway --gateway-namespace --gateway-address --waypoint --controller-config --controller-version --default-certificate --config --no-config --no-prove --max-classes --against --baseline --write-baseline --exit-zero --message-format --report --deny --warn --allow --quiet --verbose --v --color --help"
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
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kubeconfig)
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
                --context)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as-group)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx istio-ingress ingress" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway istio" -- "${cur}"))
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
                --gateway-address)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waypoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-certificate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
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
                --max-classes)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --against)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --baseline)
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
                --message-format)
                    COMPREPLY=($(compgen -W "text concise json sarif github junit markdown" -- "${cur}"))
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
                    COMPREPLY=($(compgen -W "warnings syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
        gatelift__subcmd__completions)
            opts="-h --install --color --help bash elvish fish powershell zsh kubectl"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --install)
                    COMPREPLY=()
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o plusdirs
                    fi
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
        gatelift__subcmd__convert)
            opts="-f -R -n -A -l -o -q -v -h --filename --recursive --namespace --all-namespaces --selector --kubeconfig --context --cluster --user --as --as-group --request-timeout --source --target --channel --class-map --topology --gateway --gateway-namespace --gateway-address --waypoint --controller-config --controller-version --default-certificate --config --no-config --no-prove --max-classes --output --output-dir --layout --force --check --provenance --message-format --report --deny --warn --allow --quiet --verbose --v --color --help"
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
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kubeconfig)
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
                --context)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as-group)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx istio-ingress ingress" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway istio" -- "${cur}"))
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
                --gateway-address)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waypoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-certificate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
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
                    COMPREPLY=($(compgen -W "text concise json sarif github junit markdown" -- "${cur}"))
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
                    COMPREPLY=($(compgen -W "warnings syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
        gatelift__subcmd__diff)
            opts="-f -R -n -A -l -q -v -h --filename --recursive --namespace --all-namespaces --selector --kubeconfig --context --cluster --user --as --as-group --request-timeout --against --requests --force-conflicts --source --target --channel --class-map --topology --gateway --gateway-namespace --gateway-address --waypoint --controller-config --controller-version --default-certificate --config --no-config --message-format --report --deny --warn --allow --quiet --verbose --v --color --help"
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
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kubeconfig)
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
                --context)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as-group)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --against)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx istio-ingress ingress" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway istio" -- "${cur}"))
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
                --gateway-address)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waypoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-certificate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
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
                --message-format)
                    COMPREPLY=($(compgen -W "text concise json sarif github junit markdown" -- "${cur}"))
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
                    COMPREPLY=($(compgen -W "warnings syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
        gatelift__subcmd__effective)
            opts="-f -R -o -h --filename --recursive --config --no-config --output --color --help"
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
                --config)
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
        gatelift__subcmd__explain)
            opts="-h --color --help syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready nginx.ingress.kubernetes.io/affinity nginx.ingress.kubernetes.io/affinity-canary-behavior nginx.ingress.kubernetes.io/affinity-mode nginx.ingress.kubernetes.io/allowlist-source-range nginx.ingress.kubernetes.io/app-root nginx.ingress.kubernetes.io/auth-always-set-cookie nginx.ingress.kubernetes.io/auth-cache-duration nginx.ingress.kubernetes.io/auth-cache-key nginx.ingress.kubernetes.io/auth-keepalive nginx.ingress.kubernetes.io/auth-keepalive-requests nginx.ingress.kubernetes.io/auth-keepalive-share-vars nginx.ingress.kubernetes.io/auth-keepalive-timeout nginx.ingress.kubernetes.io/auth-method nginx.ingress.kubernetes.io/auth-proxy-set-headers nginx.ingress.kubernetes.io/auth-realm nginx.ingress.kubernetes.io/auth-request-redirect nginx.ingress.kubernetes.io/auth-response-headers nginx.ingress.kubernetes.io/auth-secret nginx.ingress.kubernetes.io/auth-secret-type nginx.ingress.kubernetes.io/auth-signin nginx.ingress.kubernetes.io/auth-signin-redirect-param nginx.ingress.kubernetes.io/auth-snippet nginx.ingress.kubernetes.io/auth-tls-error-page nginx.ingress.kubernetes.io/auth-tls-match-cn nginx.ingress.kubernetes.io/auth-tls-pass-certificate-to-upstream nginx.ingress.kubernetes.io/auth-tls-secret nginx.ingress.kubernetes.io/auth-tls-verify-client nginx.ingress.kubernetes.io/auth-tls-verify-depth nginx.ingress.kubernetes.io/auth-type nginx.ingress.kubernetes.io/auth-url nginx.ingress.kubernetes.io/backend-protocol nginx.ingress.kubernetes.io/canary nginx.ingress.kubernetes.io/canary-by-cookie nginx.ingress.kubernetes.io/canary-by-header nginx.ingress.kubernetes.io/canary-by-header-pattern nginx.ingress.kubernetes.io/canary-by-header-value nginx.ingress.kubernetes.io/canary-weight nginx.ingress.kubernetes.io/canary-weight-total nginx.ingress.kubernetes.io/client-body-buffer-size nginx.ingress.kubernetes.io/configuration-snippet nginx.ingress.kubernetes.io/connection-proxy-header nginx.ingress.kubernetes.io/cors-allow-credentials nginx.ingress.kubernetes.io/cors-allow-headers nginx.ingress.kubernetes.io/cors-allow-methods nginx.ingress.kubernetes.io/cors-allow-origin nginx.ingress.kubernetes.io/cors-expose-headers nginx.ingress.kubernetes.io/cors-max-age nginx.ingress.kubernetes.io/custom-headers nginx.ingress.kubernetes.io/custom-http-errors nginx.ingress.kubernetes.io/default-backend nginx.ingress.kubernetes.io/denylist-source-range nginx.ingress.kubernetes.io/disable-proxy-intercept-errors nginx.ingress.kubernetes.io/enable-access-log nginx.ingress.kubernetes.io/enable-cors nginx.ingress.kubernetes.io/enable-global-auth nginx.ingress.kubernetes.io/enable-modsecurity nginx.ingress.kubernetes.io/enable-opentelemetry nginx.ingress.kubernetes.io/enable-owasp-core-rules nginx.ingress.kubernetes.io/enable-rewrite-log nginx.ingress.kubernetes.io/fastcgi-index nginx.ingress.kubernetes.io/fastcgi-params-configmap nginx.ingress.kubernetes.io/force-ssl-redirect nginx.ingress.kubernetes.io/from-to-www-redirect nginx.ingress.kubernetes.io/http2-push-preload nginx.ingress.kubernetes.io/limit-allowlist nginx.ingress.kubernetes.io/limit-burst-multiplier nginx.ingress.kubernetes.io/limit-connections nginx.ingress.kubernetes.io/limit-rate nginx.ingress.kubernetes.io/limit-rate-after nginx.ingress.kubernetes.io/limit-rpm nginx.ingress.kubernetes.io/limit-rps nginx.ingress.kubernetes.io/load-balance nginx.ingress.kubernetes.io/mirror-host nginx.ingress.kubernetes.io/mirror-request-body nginx.ingress.kubernetes.io/mirror-target nginx.ingress.kubernetes.io/modsecurity-snippet nginx.ingress.kubernetes.io/modsecurity-transaction-id nginx.ingress.kubernetes.io/opentelemetry-operation-name nginx.ingress.kubernetes.io/opentelemetry-trust-incoming-span nginx.ingress.kubernetes.io/permanent-redirect nginx.ingress.kubernetes.io/permanent-redirect-code nginx.ingress.kubernetes.io/preserve-trailing-slash nginx.ingress.kubernetes.io/proxy-body-size nginx.ingress.kubernetes.io/proxy-buffer-size nginx.ingress.kubernetes.io/proxy-buffering nginx.ingress.kubernetes.io/proxy-buffers-number nginx.ingress.kubernetes.io/proxy-busy-buffers-size nginx.ingress.kubernetes.io/proxy-connect-timeout nginx.ingress.kubernetes.io/proxy-cookie-domain nginx.ingress.kubernetes.io/proxy-cookie-path nginx.ingress.kubernetes.io/proxy-http-version nginx.ingress.kubernetes.io/proxy-max-temp-file-size nginx.ingress.kubernetes.io/proxy-next-upstream nginx.ingress.kubernetes.io/proxy-next-upstream-timeout nginx.ingress.kubernetes.io/proxy-next-upstream-tries nginx.ingress.kubernetes.io/proxy-read-timeout nginx.ingress.kubernetes.io/proxy-redirect-from nginx.ingress.kubernetes.io/proxy-redirect-to nginx.ingress.kubernetes.io/proxy-request-buffering nginx.ingress.kubernetes.io/proxy-send-timeout nginx.ingress.kubernetes.io/proxy-ssl-ciphers nginx.ingress.kubernetes.io/proxy-ssl-name nginx.ingress.kubernetes.io/proxy-ssl-protocols nginx.ingress.kubernetes.io/proxy-ssl-secret nginx.ingress.kubernetes.io/proxy-ssl-server-name nginx.ingress.kubernetes.io/proxy-ssl-verify nginx.ingress.kubernetes.io/proxy-ssl-verify-depth nginx.ingress.kubernetes.io/relative-redirects nginx.ingress.kubernetes.io/rewrite-target nginx.ingress.kubernetes.io/satisfy nginx.ingress.kubernetes.io/server-alias nginx.ingress.kubernetes.io/server-snippet nginx.ingress.kubernetes.io/service-upstream nginx.ingress.kubernetes.io/session-cookie-change-on-failure nginx.ingress.kubernetes.io/session-cookie-conditional-samesite-none nginx.ingress.kubernetes.io/session-cookie-domain nginx.ingress.kubernetes.io/session-cookie-expires nginx.ingress.kubernetes.io/session-cookie-max-age nginx.ingress.kubernetes.io/session-cookie-name nginx.ingress.kubernetes.io/session-cookie-path nginx.ingress.kubernetes.io/session-cookie-samesite nginx.ingress.kubernetes.io/session-cookie-secure nginx.ingress.kubernetes.io/ssl-ciphers nginx.ingress.kubernetes.io/ssl-passthrough nginx.ingress.kubernetes.io/ssl-prefer-server-ciphers nginx.ingress.kubernetes.io/ssl-redirect nginx.ingress.kubernetes.io/stream-snippet nginx.ingress.kubernetes.io/temporal-redirect nginx.ingress.kubernetes.io/temporal-redirect-code nginx.ingress.kubernetes.io/upstream-hash-by nginx.ingress.kubernetes.io/upstream-hash-by-subset nginx.ingress.kubernetes.io/upstream-hash-by-subset-size nginx.ingress.kubernetes.io/upstream-vhost nginx.ingress.kubernetes.io/use-port-in-redirects nginx.ingress.kubernetes.io/use-regex nginx.ingress.kubernetes.io/x-forwarded-prefix"
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
            opts="-o -h --output --color --help sources targets annotations diagnostics schema config-schema"
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
            opts="-H -f -R -n -A -l -o -v -h --header --requests --side --filename --recursive --namespace --all-namespaces --selector --kubeconfig --context --cluster --user --as --as-group --request-timeout --source --target --channel --class-map --topology --gateway --gateway-namespace --gateway-address --waypoint --controller-config --controller-version --default-certificate --config --no-config --output --allow --verbose --v --color --help"
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
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kubeconfig)
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
                --context)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as-group)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --source)
                    COMPREPLY=($(compgen -W "ingress-nginx istio-ingress ingress" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway istio" -- "${cur}"))
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
                --gateway-address)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --waypoint)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-config)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --controller-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --default-certificate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
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
                --output)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "text json" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
        gatelift__subcmd__upgrade)
            opts="-f -R -o -q -v -h --filename --recursive --output --output-dir --layout --force --check --provenance --config --no-config --message-format --report --deny --warn --allow --quiet --verbose --v --color --help"
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
                --config)
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
                --message-format)
                    COMPREPLY=($(compgen -W "text concise json sarif github junit markdown" -- "${cur}"))
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
                    COMPREPLY=($(compgen -W "warnings syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
        gatelift__subcmd__validate)
            opts="-f -R -n -A -l -q -v -h --filename --recursive --namespace --all-namespaces --selector --kubeconfig --context --cluster --user --as --as-group --request-timeout --channel --crds --config --no-config --message-format --report --deny --warn --allow --quiet --verbose --v --color --help"
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
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kubeconfig)
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
                --context)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as-group)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --channel)
                    COMPREPLY=($(compgen -W "standard experimental" -- "${cur}"))
                    return 0
                    ;;
                --crds)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --config)
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
                --message-format)
                    COMPREPLY=($(compgen -W "text concise json sarif github junit markdown" -- "${cur}"))
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
                    COMPREPLY=($(compgen -W "warnings syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --warn)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --allow)
                    COMPREPLY=($(compgen -W "syntax-error duplicate-key not-a-manifest template wrong-type annotation-not-a-string unknown-field unreadable-input expansion-limit old-api-version missing-name duplicate-object invalid-object unused-allow unreadable-allow annotation-rule class-not-served no-class unknown-annotation invalid-value-default invalid-value-ingress-skipped invalid-value-denied invalid-value-forbidden invalid-value-fails-open service-not-in-input service-port-not-found named-port-unresolved duplicate-path configuration-refused canary-inert resource-backend path-never-matches snippet-not-loaded annotation-not-carried protection-not-carried ambiguous-source backend-unusable reference-refused route-not-attached annotation-without-effect unknown-config-key config-value-refused config-not-carried path-taken-literally controller-idle api-version-not-read listener-not-programmed rule-dropped filter-not-read policy-refused rule-unreachable istio-gateway-not-in-input virtual-service-not-bound delegate-route-dropped subset-not-found host-is-no-service destination-port-assumed virtual-service-order-unknown credential-namespace subset-selector-assumed export-wider default-backend-ignored destination-rule-outranked upgraded upgrade-loss upgrade-unclear policy-target-corrected policy-target-missing traffic-split-not-read mesh-object-unused https-redirect-keeps-trailing-slash slash-redirect-lost wildcard-matches-more-labels https-without-certificate backend-error-status path-normalisation rewrite-differs redirect-differs order-differs backend-differs policy-differs host-served-differently rule-withheld unproved host-header-differs preflight-differs built-in-endpoint-lost regex-written-as-prefix implicit-body-limit drifted redirect-keeps-query implicit-defaults text-prefix-written-as-path-prefix catch-all-by-its-name let-in-where-refused refused-where-let-in unexplained-difference regex-not-expressible rewrite-not-expressible setting-not-carried backend-tls-not-carried redirect-not-expressible cookie-as-header-regex host-not-expressible protocol-not-expressible service-app-protocol cors-approximated certificate-not-named order-not-expressible listener-limit ca-configmap-needed gateway-namespace-chosen listeners-needed setting-approximated implementation-switch secret-key-needed tool-annotation-not-moved tool-annotation-moved answer-not-expressible client-condition-not-expressible server-not-expressible external-host-not-expressible traffic-policy-not-carried mesh-host-not-expressible mesh-portability destination-rule-beside traffic-target-as-policy waypoint-label-needed invalid-output kind-forbidden context-forbidden kind-unread chosen-from-cluster gateway-api-missing class-lacks-feature cluster-would-refuse crds-forbidden apply-conflict apply-refused not-applied condition-false not-ready" -- "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
            opts="-R -o -n -A -l -v -h --before --after --recursive --source --target --controller-config --max-classes --output --config --no-config --namespace --all-namespaces --selector --kubeconfig --context --cluster --user --as --as-group --request-timeout --verbose --v --color --help"
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
                    COMPREPLY=($(compgen -W "ingress-nginx istio-ingress ingress" -- "${cur}"))
                    return 0
                    ;;
                --target)
                    COMPREPLY=($(compgen -W "standard envoy-gateway istio" -- "${cur}"))
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
                --config)
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
                --namespace)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -n)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --selector)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -l)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kubeconfig)
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
                --context)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --cluster)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as-group)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --request-timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --v)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                -v)
                    COMPREPLY=($(compgen -f "${cur}"))
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
