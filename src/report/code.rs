//! The table of diagnostics. One row a code: never renumbered, never reused.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing changes for requests that people send.
    Info,
    /// Requests may be treated otherwise.
    Warning,
    /// Something was withheld, refused or cannot be read.
    Error,
}

impl Severity {
    /// In a word: `warning`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct CodeEntry {
    /// Which one.
    pub code: Code,
    /// `G2L101` without the letters.
    pub number: u16,
    /// Kebab name; reads well as "allow NAME".
    pub name: &'static str,
    /// Severity unless the user says otherwise.
    pub severity: Severity,
    /// What is wrong.
    pub what: &'static str,
    /// Why it matters for traffic.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
}

macro_rules! codes {
    ($($variant:ident = $number:literal $name:literal $severity:ident { what: $what:literal, why: $why:literal, fix: $fix:literal $(,)? })*) => {
        /// A diagnostic code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $what] $variant,)*
        }

        /// Every code, by number.
        pub const CODES: &[CodeEntry] = &[
            $(CodeEntry {
                code: Code::$variant,
                number: $number,
                name: $name,
                severity: Severity::$severity,
                what: $what,
                why: $why,
                fix: $fix,
            },)*
        ];
    };
}

// 0xx input · 1xx meaning of the source · 2xx traffic changes · 3xx target cannot express · 4xx output invalid · 5xx cluster
codes! {
    Syntax = 1 "syntax-error" Error {
        what: "A document is not valid YAML or JSON.",
        why: "Nothing of this document is converted; the other documents are.",
        fix: "Repair the text at the place shown.",
    }
    DuplicateKey = 2 "duplicate-key" Error {
        what: "A mapping has the same key twice.",
        why: "Parsers disagree on which one counts: kubectl keeps the last, strict decoding refuses the object.",
        fix: "Remove one of the two.",
    }
    NotAManifest = 3 "not-a-manifest" Info {
        what: "A document has no apiVersion and kind.",
        why: "It is no Kubernetes object (a values file, a kustomization fragment) and is left out.",
        fix: "Nothing, unless it was meant to be an object.",
    }
    Template = 4 "template" Error {
        what: "The file is a template (Helm, or ${VAR} placeholders), not a manifest.",
        why: "What it renders to is unknown, so nothing of it is converted.",
        fix: "Render it first: `helm template … | gatelift convert -f -`, or `envsubst < FILE | gatelift convert -f -`.",
    }
    WrongType = 5 "wrong-type" Error {
        what: "A field has a value of the wrong type.",
        why: "The API server refuses the object, so it serves no traffic.",
        fix: "Correct the value at the place shown.",
    }
    AnnotationNotString = 6 "annotation-not-a-string" Error {
        what: "An annotation's value is a YAML boolean, number or null, not a string.",
        why: "The API server refuses the object.",
        fix: "Quote the value.",
    }
    UnknownField = 7 "unknown-field" Warning {
        what: "A field is not part of the object's API.",
        why: "The API server drops it (or refuses it under strict validation); it never had an effect.",
        fix: "Correct its name or remove it.",
    }
    Unreadable = 8 "unreadable-input" Error {
        what: "A file or directory could not be read.",
        why: "Its objects are missing from the conversion.",
        fix: "Check the path and its permissions.",
    }
    TooComplex = 9 "expansion-limit" Error {
        what: "A document nests too deep, or its anchors expand to too much.",
        why: "Such a document is an attack or a mistake; nothing of it is converted.",
        fix: "Write the value out, or split the document.",
    }
    OldApiVersion = 10 "old-api-version" Info {
        what: "The object uses an API version that clusters no longer serve.",
        why: "It is read with its old field names; its meaning is kept.",
        fix: "Nothing for the conversion. To keep the object, move it to networking.k8s.io/v1.",
    }
    MissingName = 11 "missing-name" Error {
        what: "An object has no metadata.name.",
        why: "The API server refuses it, so it serves no traffic.",
        fix: "Give it a name.",
    }
    DuplicateObject = 12 "duplicate-object" Warning {
        what: "The input holds two objects of the same kind, namespace and name.",
        why: "A cluster can hold only one; the last one read counts, as with kubectl apply.",
        fix: "Remove one of them.",
    }
    InvalidObject = 13 "invalid-object" Error {
        what: "The API server would refuse the object.",
        why: "It serves no traffic, so nothing of it is converted.",
        fix: "Correct the field at the place shown.",
    }
    UnusedAllow = 14 "unused-allow" Warning {
        what: "A comment accepts a finding that is not there.",
        why: "It would hide the finding if it came back.",
        fix: "Remove the code from the comment.",
    }
    UnreadableAllow = 15 "unreadable-allow" Warning {
        what: "A comment for gatelift cannot be understood.",
        why: "It accepts nothing.",
        fix: "Write `# gatelift: allow(CODE)` on the line of the field, or on a line of its own above it.",
    }
    AnnotationRule = 16 "annotation-rule" Warning {
        what: "The configuration file has a rule for this annotation.",
        why: "The rule's reason says it.",
        fix: "Follow the rule, or change it in the configuration file.",
    }

    ClassNotServed = 101 "class-not-served" Info {
        what: "An Ingress belongs to a class that gatelift does not read, or to none.",
        why: "It is left alone: nothing is converted for it.",
        fix: "Name the dialect with --source, or the class with an IngressClass object.",
    }
    NoClass = 102 "no-class" Warning {
        what: "An Ingress names no class, and no IngressClass is marked as the default.",
        why: "Most controllers leave such an Ingress unserved (ingress-nginx does, unless --watch-ingress-without-class).",
        fix: "Set spec.ingressClassName, or pass --source to have it converted.",
    }
    UnknownAnnotation = 103 "unknown-annotation" Warning {
        what: "An annotation has the controller's prefix but the controller knows no such name.",
        why: "It never had an effect.",
        fix: "Correct the name or remove the annotation.",
    }
    InvalidValueDefault = 104 "invalid-value-default" Warning {
        what: "The controller refuses an annotation's value and uses the default instead.",
        why: "The annotation never had the effect it was meant to have; the conversion keeps the default.",
        fix: "Correct the value if the effect is wanted, then convert again.",
    }
    InvalidValueSkipped = 105 "invalid-value-ingress-skipped" Warning {
        what: "The controller refuses an annotation's value and leaves out the whole Ingress.",
        why: "This Ingress is already dead on the controller: it serves nothing, so nothing is converted for it.",
        fix: "Correct the value, then convert again.",
    }
    InvalidValueDenied = 106 "invalid-value-denied" Warning {
        what: "The controller refuses an annotation's value and answers 503 on the Ingress's paths.",
        why: "The paths are already dead on the controller; the conversion keeps them closed.",
        fix: "Correct the value, then convert again.",
    }
    InvalidValueForbidden = 107 "invalid-value-forbidden" Warning {
        what: "The controller cannot read the client CA and answers 403 on the whole host.",
        why: "The host is already closed on the controller; the conversion keeps it closed.",
        fix: "Correct the secret's name, then convert again.",
    }
    InvalidValueOpen = 108 "invalid-value-fails-open" Warning {
        what: "The controller refuses an annotation's value and runs without the feature.",
        why: "The protection that was meant is not there today; the conversion keeps what runs.",
        fix: "Correct the value if the protection is wanted, then convert again.",
    }
    ServiceNotFound = 109 "service-not-in-input" Info {
        what: "A Service that a backend names is not in the input.",
        why: "Its port is taken as written; a port name or a targetPort cannot be resolved to the Service's port number.",
        fix: "Add the Service to the input, so that ports are checked.",
    }
    PortNotFound = 110 "service-port-not-found" Warning {
        what: "A backend names a port that its Service does not have.",
        why: "The controller answers 503 for it; so will the converted route (with 500).",
        fix: "Correct the port.",
    }
    PortUnresolved = 111 "named-port-unresolved" Error {
        what: "A backend names its port by name and the Service is not in the input.",
        why: "Gateway API needs the number; the rule is withheld.",
        fix: "Add the Service to the input.",
    }
    DuplicatePath = 112 "duplicate-path" Warning {
        what: "Two Ingresses claim the same host, path and path type.",
        why: "The older one serves it; with the same age the larger namespace/name. The other one never gets a request.",
        fix: "Remove the path that loses.",
    }
    ConfigurationRefused = 113 "configuration-refused" Error {
        what: "The Ingresses together make a configuration that nginx refuses.",
        why: "The controller keeps its last good configuration and applies no further change for anybody.",
        fix: "Correct the paths named here. Until then the meaning of the input is undefined; the conversion takes each path by itself.",
    }
    CanaryInert = 114 "canary-inert" Warning {
        what: "A canary Ingress has no main rule with the same host, path and path type, or its Service is taken otherwise.",
        why: "It takes no share of anybody's requests.",
        fix: "Correct the path or remove the canary.",
    }
    ResourceBackend = 115 "resource-backend" Warning {
        what: "A path names a resource, not a Service, as its backend.",
        why: "Controllers skip such a path (ingress-nginx does): requests fall to a shorter path or the default backend.",
        fix: "Name a Service.",
    }
    NeverMatches = 116 "path-never-matches" Warning {
        what: "A path can never match a request as the controller sees it (it holds `//`, dot segments or percent-encoding).",
        why: "It never got a request; nothing is converted for it.",
        fix: "Write the path as it looks after decoding.",
    }
    SnippetSkipped = 117 "snippet-not-loaded" Warning {
        what: "A snippet annotation is above the controller's risk level, or snippets are switched off.",
        why: "With the default risk level the whole Ingress is left out by the controller; with snippets off only the snippet is.",
        fix: "Pass the controller's ConfigMap with --controller-config if it allows snippets.",
    }
    AnnotationNotCarried = 118 "annotation-not-carried" Warning {
        what: "An annotation has an effect on the controller that is not carried to Gateway API.",
        why: "Requests will be treated without it.",
        fix: "Use a target that has it (--target envoy-gateway has most), set it by hand, or accept the loss with --allow.",
    }
    ProtectionNotCarried = 119 "protection-not-carried" Error {
        what: "An annotation protects the backend (auth, IP list, client certificates, WAF) and is not carried.",
        why: "Without it requests would reach the backend that are refused today, so the rules are withheld and answer 500.",
        fix: "Use a target that has it (--target envoy-gateway has most), or set it by hand and pass --allow with this code to have the rules emitted.",
    }
    UnresolvedSource = 120 "ambiguous-source" Info {
        what: "The controller of a class could not be told from its IngressClass or annotations.",
        why: "Class names are used by several controllers that differ in meaning; the plain Ingress semantics are used.",
        fix: "Add the IngressClass to the input, or name the dialect with --source.",
    }
    BackendUnusable = 121 "backend-unusable" Warning {
        what: "A backend's Service does not exist in the input or has no endpoints.",
        why: "Requests fail with 503 today; Gateway API answers 500 for a missing Service.",
        fix: "Correct the Service's name or remove the path.",
    }
    ReferenceRefused = 122 "reference-refused" Warning {
        what: "A reference to another namespace has no ReferenceGrant, or names an object that does not exist.",
        why: "The data plane answers 500 in its place.",
        fix: "Add the grant or correct the reference.",
    }
    RouteNotAttached = 123 "route-not-attached" Warning {
        what: "A route is attached to no listener.",
        why: "None of its rules gets a request.",
        fix: "Correct its parentRefs and hostnames, or the listeners' allowedRoutes.",
    }
    AnnotationInert = 130 "annotation-without-effect" Warning {
        what: "An annotation has no effect, because another one that it depends on is missing, switched off or set against it.",
        why: "The controller does not act on it: requests are treated as if it were not there.",
        fix: "Set the other annotation if the effect is wanted, or remove this one.",
    }
    ConfigKeyUnknown = 131 "unknown-config-key" Info {
        what: "The controller's ConfigMap or command line has a key that the controller does not know.",
        why: "It never had an effect.",
        fix: "Correct the key or remove it. A flag may belong to another version of the controller.",
    }
    ConfigValueRefused = 132 "config-value-refused" Warning {
        what: "The controller refuses the value of a key of its ConfigMap, and keeps the default, or of a flag, and does not start.",
        why: "The setting never had the effect it was meant to have; the conversion keeps the default.",
        fix: "Correct the value if the effect is wanted, then convert again.",
    }
    ConfigNotCarried = 133 "config-not-carried" Warning {
        what: "A key of the controller's ConfigMap or command line has an effect that is not carried to Gateway API.",
        why: "Requests will be treated without it.",
        fix: "Set the equivalent on the target by hand, or accept the loss with --allow.",
    }

    PathTakenLiterally = 134 "path-taken-literally" Warning {
        what: "A path of type ImplementationSpecific looks like an expression of its controller, and is taken as plain text.",
        why: "What the controller makes of it is not known here: requests that the expression takes are not served by the output.",
        fix: "Write the path as Prefix or Exact, or write the route by hand.",
    }

    ControllerIdle = 135 "controller-idle" Info {
        what: "A Deployment or DaemonSet runs an ingress-nginx controller that serves none of the Ingresses of the input.",
        why: "Its command line and ConfigMap have no part in the conversion; Ingresses that it was meant for are read with defaults.",
        fix: "Check the controller's class and namespace, or add the IngressClass that names it to the input.",
    }
    VersionNotRead = 140 "api-version-not-read" Warning {
        what: "An object of Gateway API has a version that is not read.",
        why: "It is left out: nothing of it is converted or compared.",
        fix: "Move the object to v1.",
    }
    ListenerNotProgrammed = 141 "listener-not-programmed" Warning {
        what: "A listener conflicts with another one, or its certificate cannot be used.",
        why: "The Gateway does not serve it, so its routes get no requests there.",
        fix: "Give each listener of a port its own hostname, and grant or correct the certificate's reference.",
    }
    RuleDropped = 142 "rule-dropped" Warning {
        what: "A rule holds a regular expression that the implementation does not accept.",
        why: "The rule is left out in silence: its requests go to other rules or get a 404.",
        fix: "Write the expression without look-around and back-references.",
    }
    FilterNotRead = 143 "filter-not-read" Warning {
        what: "A filter has an effect that gatelift does not read.",
        why: "The rule is taken without it.",
        fix: "Compare the rule by hand.",
    }
    PolicyRefused = 145 "policy-refused" Warning {
        what: "Envoy Gateway refuses a policy that is attached to a route.",
        why: "The route answers 500 until the policy is corrected.",
        fix: "Correct the policy; its status names the reason.",
    }
    RuleUnreachable = 144 "rule-unreachable" Info {
        what: "A rule never gets a request: an earlier rule takes all of them.",
        why: "It has no effect today. Left in the output it would come alive, because Gateway API ranks rules by how specific they are.",
        fix: "Nothing for the conversion. Move the rule up if it was meant to work.",
    }

    GatewayNotInInput = 150 "istio-gateway-not-in-input" Warning {
        what: "A VirtualService names an Istio Gateway that is not in the input.",
        why: "Its servers are not known: HTTP is taken to be served on port 80, TLS handed on unopened on port 443.",
        fix: "Add the Gateway to the input.",
    }
    VirtualServiceUnbound = 151 "virtual-service-not-bound" Warning {
        what: "A VirtualService, or one of its hosts, is taken by no proxy.",
        why: "Istio does not act on it, so nothing is converted for it.",
        fix: "Correct its gateways, hosts or exportTo if it was meant to work.",
    }
    DelegateDropped = 152 "delegate-route-dropped" Warning {
        what: "A route of a delegate VirtualService conflicts with the route that delegates, or there is no such delegate.",
        why: "Istio drops the route with a line in its log: it serves nothing today, and nothing is converted for it.",
        fix: "Make the delegate's conditions narrower than those of the route that delegates.",
    }
    SubsetNotFound = 153 "subset-not-found" Warning {
        what: "A destination names a subset that no DestinationRule of the input defines.",
        why: "Istio answers 503 for it; so will the converted route, with 500.",
        fix: "Add the DestinationRule to the input, or correct the subset's name.",
    }
    HostIsNoService = 154 "host-is-no-service" Warning {
        what: "A destination's host is neither a Service nor a host of a ServiceEntry in the input.",
        why: "Istio answers 503 for a host that it does not know.",
        fix: "Write name.namespace.svc.cluster.local, or add the ServiceEntry to the input.",
    }
    PortAssumed = 155 "destination-port-assumed" Warning {
        what: "A destination names no port, and its Service is not in the input.",
        why: "Istio takes the only port of the Service, else the port that the request came in on; Gateway API needs a number.",
        fix: "Add the Service to the input, or name the port.",
    }
    OrderUnknown = 156 "virtual-service-order-unknown" Warning {
        what: "Several VirtualServices have rules for one host, and the files do not say which is older.",
        why: "Istio asks the oldest first; the conversion takes them by name. Where their rules overlap, the order counts.",
        fix: "Convert from the cluster, or put the rules into one VirtualService.",
    }
    CredentialNamespace = 157 "credential-namespace" Info {
        what: "A certificate's namespace is not in the input.",
        why: "Istio reads it from the namespace of the gateway's pods, which the input does not show.",
        fix: "Add the Service of the gateway's pods to the input, or check the namespace of the certificate reference.",
    }
    SubsetSelector = 158 "subset-selector-assumed" Warning {
        what: "A subset becomes a Service of its own, and the Service that it belongs to is not in the input.",
        why: "The new Service finds its pods by the label `app`, which is a convention: with other labels it has no endpoints.",
        fix: "Add the Service to the input, or check the selector of the new Service.",
    }
    ExportNotExpressible = 159 "export-wider" Warning {
        what: "A VirtualService of the mesh, or the DestinationRule of a subset, is exported to some namespaces only.",
        why: "What is written for it holds for clients of every namespace.",
        fix: "Check that clients of other namespaces may be routed in the same way.",
    }

    DefaultBackendIgnored = 160 "default-backend-ignored" Warning {
        what: "Istio passes over the default backend of an Ingress.",
        why: "Requests that no rule takes get a 404 today; the conversion keeps that.",
        fix: "Add a rule for the path `/` if the backend is wanted.",
    }
    DestinationRuleOutranked = 161 "destination-rule-outranked" Info {
        what: "A part of a DestinationRule has no effect, because an older rule for the host has it too.",
        why: "Istio merges rules for one host that are exported alike: the first definition of a subset counts, and the first traffic policy.",
        fix: "Nothing, if it works today; take the part out, or put it into the rule that counts.",
    }

    Upgraded = 170 "upgraded" Info {
        what: "An object of an old Gateway API version is read as one of v1.",
        why: "Nothing changes for requests: the field is written otherwise.",
        fix: "Write the object with `gatelift upgrade`.",
    }
    UpgradeLoss = 171 "upgrade-loss" Error {
        what: "A field or kind of an old Gateway API version has no successor in v1.",
        why: "It is left out, so requests that depend on it are treated otherwise.",
        fix: "Say it with what v1 and the implementation have.",
    }
    UpgradeUnclear = 172 "upgrade-unclear" Warning {
        what: "What an old field means in v1 cannot be told from the input alone.",
        why: "The object is written as far as it is certain, and may be refused or serve nothing.",
        fix: "Complete the object by hand.",
    }
    PolicyTargetCorrected = 173 "policy-target-corrected" Warning {
        what: "A policy names the group of its target with a version.",
        why: "An API server or implementation that compares the text finds no such group, and the policy does nothing there.",
        fix: "Write the group without its version.",
    }
    PolicyTargetMissing = 174 "policy-target-missing" Info {
        what: "A policy is attached to an object that is not in the input.",
        why: "Policies of the Gateways above it are not known, so more may hold than is shown.",
        fix: "Add the object and its Gateway to the input.",
    }
    SplitNotExpressible = 175 "traffic-split-not-read" Error {
        what: "A TrafficSplit cannot be read: a Service, a weight or a group of conditions is missing or wrong.",
        why: "Nothing is written for it, so requests go to the Service itself.",
        fix: "Correct the object, or add what it names to the input.",
    }
    MeshSettingUnused = 176 "mesh-object-unused" Info {
        what: "A group of conditions or a TCPRoute of SMI is named by no TrafficSplit.",
        why: "It has no effect on where requests go.",
        fix: "Nothing.",
    }

    TrailingSlashKept = 201 "https-redirect-keeps-trailing-slash" Info {
        what: "A redirect to https or to another host keeps the trailing slash that was stripped before.",
        why: "Clients that ask for `/a/` are sent to `/a/`, where they were sent to `/a`.",
        fix: "Nothing, unless the application answers `/a/` otherwise than `/a`.",
    }
    SlashRedirectLost = 202 "slash-redirect-lost" Warning {
        what: "nginx redirects `/foo` to `/foo/`; Gateway API serves `/foo` itself.",
        why: "Requests without the slash reach the backend instead of being redirected.",
        fix: "Nothing if the backend answers without the slash.",
    }
    WildcardWider = 203 "wildcard-matches-more-labels" Warning {
        what: "`*.example.com` takes one label in an Ingress and any number of labels in Gateway API.",
        why: "Hosts such as a.b.example.com, which get a 404 today, reach the backend.",
        fix: "Accept it, or list the hosts.",
    }
    HttpsDefaultCertificate = 204 "https-without-certificate" Info {
        what: "A host is served over https without a certificate of its own (ingress-nginx has a default one for every host); the output has no https listener for it.",
        why: "Clients that ignore certificate errors lose https on these hosts.",
        fix: "Add a certificate to the Ingress's tls section if https is used.",
    }
    BackendError = 205 "backend-error-status" Info {
        what: "The answer for a missing backend or a default backend differs (503 or 404 against 500 or 404).",
        why: "Only error pages change.",
        fix: "Nothing.",
    }
    PathHandlingDiffers = 206 "path-normalisation" Info {
        what: "Source and target normalise paths in their own ways.",
        why: "Requests with `//`, `/../`, `%2F`, other encoded characters, or characters that a URL has to encode may be matched or passed on otherwise.",
        fix: "Nothing, unless the application depends on such paths.",
    }
    RewriteDiffers = 207 "rewrite-differs" Warning {
        what: "The backend sees another path than before.",
        why: "The application may not find what was asked for.",
        fix: "Compare the paths in the example.",
    }
    RedirectDiffers = 208 "redirect-differs" Warning {
        what: "A redirect's status or Location differs.",
        why: "Clients are sent elsewhere, or repeat the request with another method.",
        fix: "Compare the Locations in the example.",
    }
    OrderDiffers = 209 "order-differs" Error {
        what: "Another rule takes the request, because the target ranks rules otherwise and the order could not be kept.",
        why: "Requests reach another backend than before.",
        fix: "Split the host, or simplify the patterns of the two rules.",
    }
    BackendDiffers = 210 "backend-differs" Error {
        what: "A request reaches another backend, or other weights.",
        why: "Traffic changes its destination.",
        fix: "Compare the rules in the example.",
    }
    PolicyDiffers = 211 "policy-differs" Warning {
        what: "The request goes where it went, under other policies.",
        why: "The settings that are named hold on one side only, or with other values.",
        fix: "See the findings at the annotations that make these settings.",
    }
    HostDiffers = 212 "host-served-differently" Warning {
        what: "A host is served by one side only.",
        why: "Its requests get a 404, or an answer where there was none.",
        fix: "Check the listeners and hostnames.",
    }
    RuleWithheld = 213 "rule-withheld" Error {
        what: "A rule was withheld, because the target cannot carry it without letting more through.",
        why: "Its requests are answered with 500 until it is allowed or replaced.",
        fix: "See the finding that names the reason; --allow its code to emit the rule without what is missing.",
    }
    Unproved = 214 "unproved" Warning {
        what: "Equality could not be decided for some requests.",
        why: "Patterns outside regular languages, or too many combinations of conditions; the classes are listed, not assumed equal.",
        fix: "Simplify the pattern, or raise --max-classes.",
    }
    HostHeaderDiffers = 215 "host-header-differs" Warning {
        what: "The backend sees another Host header.",
        why: "Applications that serve by host name may answer otherwise.",
        fix: "Compare the hosts in the example.",
    }
    MethodDiffers = 216 "preflight-differs" Info {
        what: "ingress-nginx answers every OPTIONS request itself when CORS is on; the target answers only real preflight requests.",
        why: "OPTIONS requests of tools other than browsers reach the backend.",
        fix: "Nothing for browsers.",
    }
    HealthEndpoint = 217 "built-in-endpoint-lost" Info {
        what: "The catch-all server of ingress-nginx answers /healthz and /nginx_status itself.",
        why: "Health checks of a load balancer that ask the controller's /healthz get the backend's answer or a 404.",
        fix: "Point health checks at the new data plane's own endpoint.",
    }
    RegexApproximated = 218 "regex-written-as-prefix" Warning {
        what: "A regular expression on paths is written as a case-sensitive, element-wise path prefix.",
        why: "Paths in another case, and `/foobar` under a rule for `/foo`, are no longer taken by the rule.",
        fix: "Check that no client asks for such paths, or use a target that keeps the expressions (--target envoy-gateway).",
    }
    ImplicitBodyLimit = 219 "implicit-body-limit" Info {
        what: "Request bodies over a default limit are refused (by ingress-nginx over 1m); the output has no limit.",
        why: "Larger uploads, which get a 413 today, reach the backend.",
        fix: "Nothing, unless the backend relies on the limit; set one on the target if so.",
    }
    Drifted = 220 "drifted" Error {
        what: "Gateway API objects that are kept beside Ingresses treat requests otherwise than the Ingresses.",
        why: "The Ingresses were changed and not converted again, or the objects were changed by hand.",
        fix: "Convert again, or allow it at the rule when the objects are meant to differ.",
    }
    RedirectKeepsQuery = 221 "redirect-keeps-query" Info {
        what: "A redirect to a fixed address keeps the request's query, which was dropped before.",
        why: "Clients are sent to `/new?x=1` where they were sent to `/new`.",
        fix: "Nothing, unless the address has another meaning with a query.",
    }
    ImplicitDefaults = 225 "implicit-defaults" Info {
        what: "The source has defaults that the output does not have.",
        why: "No manifest asks for them, and the target has defaults of its own.",
        fix: "Nothing for most applications; say what is relied on in the input, and convert again.",
    }
    RawPrefix = 226 "text-prefix-written-as-path-prefix" Warning {
        what: "A prefix of Istio is a text (`/foo` takes `/foobar`); beside a rewrite it is written as a path prefix.",
        why: "`/foobar` is no longer taken by the rule, and a rewrite to `/` gives `/x` where Istio gives `//x`.",
        fix: "Check that no client asks for such paths; most manifests mean the path prefix.",
    }
    CatchAllByName = 227 "catch-all-by-its-name" Info {
        what: "The catch-all server of ingress-nginx redirects a Host of `_`, its own name, to https; the output serves it as any other unknown host.",
        why: "No client asks for that host.",
        fix: "Nothing.",
    }
    LetIn = 230 "let-in-where-refused" Error {
        what: "A request that is refused today is let in.",
        why: "A protection is missing, or asks less: clients reach what they could not reach.",
        fix: "Restore the protection on the target before moving traffic, or accept it with --allow.",
    }
    RefusedMore = 231 "refused-where-let-in" Warning {
        what: "A request that is let in today is refused.",
        why: "The target asks its filters earlier, or asks more: nginx redirects before it looks at addresses and passwords, Envoy looks at them first.",
        fix: "Nothing if such clients are turned away in the end; otherwise loosen the protection for these requests.",
    }
    Unexplained = 299 "unexplained-difference" Error {
        what: "The conversion treats a request otherwise, for a reason that gatelift does not know.",
        why: "Traffic changes.",
        fix: "Compare the two answers in the example; please report it with the input.",
    }

    RegexNotExpressible = 301 "regex-not-expressible" Error {
        what: "A path is a PCRE expression (look-around, back-reference, possessive quantifier) that Gateway API implementations cannot run.",
        why: "The rule is withheld; what it may match is answered with 500 so that no other rule takes it.",
        fix: "Rewrite the path without these constructs.",
    }
    RewriteNotExpressible = 302 "rewrite-not-expressible" Error {
        what: "The target has no form for a rewrite of the path.",
        why: "The backend would see the wrong path, so the rule is withheld.",
        fix: "Use a rewrite of the form /prefix(/|$)(.*) to /$2, or a target that writes rewrites with captures (--target envoy-gateway).",
    }
    SettingNotCarried = 303 "setting-not-carried" Warning {
        what: "A setting has no field on this target.",
        why: "Requests are treated without it.",
        fix: "Set it on the target by hand, or use a target that has a field for it (--target envoy-gateway has for most).",
    }
    BackendTlsNotCarried = 304 "backend-tls-not-carried" Error {
        what: "The backend is spoken to over TLS without checking its certificate, for which Gateway API has no field.",
        why: "Plain HTTP would be sent to a TLS port, so the rule is withheld.",
        fix: "Give the backend a certificate that can be checked and name it (for ingress-nginx: proxy-ssl-secret, proxy-ssl-verify and proxy-ssl-name), or use a target that has a field for it (--target envoy-gateway).",
    }
    RedirectNotExpressible = 305 "redirect-not-expressible" Error {
        what: "A redirect's status or Location cannot be written as a RequestRedirect.",
        why: "The rule is withheld.",
        fix: "Use a URL without a query, and one of the statuses 301, 302, 303, 307, 308.",
    }
    CookieAsHeader = 306 "cookie-as-header-regex" Info {
        what: "A cookie condition is written as a regular expression on the Cookie header.",
        why: "The dialect of header expressions is the implementation's; those known to gatelift take it.",
        fix: "Nothing.",
    }
    HostNotExpressible = 307 "host-not-expressible" Error {
        what: "A server alias is a regular expression; Gateway API hostnames have none.",
        why: "The hosts it matches are not served by the output.",
        fix: "List the hosts as plain aliases.",
    }
    FastCgiNotExpressible = 308 "protocol-not-expressible" Error {
        what: "The backend's protocol (FastCGI, AUTO_HTTP) has no Gateway API counterpart.",
        why: "The backend would not understand the requests, so the rule is withheld.",
        fix: "Put an HTTP server in front of the backend.",
    }
    AppProtocolNeeded = 309 "service-app-protocol" Warning {
        what: "The backend speaks HTTP/2 in clear text (gRPC), which Gateway API learns from the Service's appProtocol.",
        why: "Without `appProtocol: kubernetes.io/h2c` on the Service's port some implementations speak HTTP/1.1 to it.",
        fix: "Set appProtocol on the Service's port.",
    }
    CorsApproximated = 310 "cors-approximated" Info {
        what: "CORS is written as the CORS filter, which follows the Fetch standard.",
        why: "With `*` and credentials the filter echoes the origin, where browsers refuse a plain `*`.",
        fix: "List the origins that need credentials.",
    }
    CertificateMissing = 311 "certificate-not-named" Warning {
        what: "A TLS section names no secret: the controller serves a default certificate, if it has one.",
        why: "A Gateway listener needs a certificate, so the host has no https listener in the output.",
        fix: "Name a secret, or pass --default-certificate NS/NAME.",
    }
    OrderNotExpressible = 312 "order-not-expressible" Error {
        what: "The order of two rules cannot be kept on this target.",
        why: "The target ranks them the other way round; the example shows a request that changes.",
        fix: "Simplify one of the two patterns.",
    }
    ListenerLimit = 313 "listener-limit" Warning {
        what: "A Gateway would need more than 64 listeners.",
        why: "The rest is put into further Gateways, each with an address of its own.",
        fix: "Use wildcard certificates, or --topology listener-set.",
    }
    CaConfigMapNeeded = 314 "ca-configmap-needed" Warning {
        what: "A BackendTLSPolicy or a Gateway reads its certificate authority from a ConfigMap, the input keeps it in a Secret.",
        why: "Until the ConfigMap exists the policy or the listener is invalid, and requests fail.",
        fix: "Copy ca.crt of the Secret into a ConfigMap of the same name, in the namespace that the help names.",
    }
    GatewayNamespace = 315 "gateway-namespace-chosen" Info {
        what: "The routes are in several namespaces and none was named for their Gateway.",
        why: "The Gateway is put into the first namespace by name; routes of the others attach to it from there.",
        fix: "Name a namespace with --gateway-namespace, or use --topology namespace.",
    }
    ListenersNeeded = 316 "listeners-needed" Info {
        what: "The routes attach to a Gateway that is not part of the output.",
        why: "A host is served only when that Gateway has a listener for it that allows routes of the route's namespace.",
        fix: "Give the Gateway the listeners that are listed.",
    }
    SettingApproximated = 317 "setting-approximated" Warning {
        what: "A setting is written, and the implementation treats it otherwise in part.",
        why: "Requests near the setting's edge are treated otherwise than before.",
        fix: "Read the differences and decide whether they matter to you.",
    }
    SwitchNeeded = 318 "implementation-switch" Info {
        what: "The output uses something that the implementation has switched off by default.",
        why: "Until it is switched on, the implementation refuses the objects, and their routes answer 500.",
        fix: "Switch it on in the configuration of the implementation before you apply the output.",
    }
    SecretKeyNeeded = 319 "secret-key-needed" Warning {
        what: "The implementation reads a Secret under another key, or in another namespace.",
        why: "Until the Secret is there, the route answers with an error.",
        fix: "Add the key, or copy the Secret; the old one can stay.",
    }
    CompanionNotMoved = 320 "tool-annotation-not-moved" Warning {
        what: "An annotation of cert-manager or external-dns has no place in the output where the tool could act on it.",
        why: "Certificates are no longer renewed, or DNS records no longer kept, once the Ingress is gone.",
        fix: "Say it where the tool reads it.",
    }
    CompanionSwitch = 321 "tool-annotation-moved" Info {
        what: "Annotations of cert-manager or external-dns stand on the Gateway or the route now.",
        why: "The tool reads them there only when it is told to.",
        fix: "Set the tool's flag before you remove the Ingress.",
    }
    AnswerNotExpressible = 322 "answer-not-expressible" Error {
        what: "The target has no form for an answer that the gateway gives itself.",
        why: "Its requests are answered with an error in its place.",
        fix: "Let a backend give the answer, or use a target that writes such answers (--target envoy-gateway).",
    }
    SourceMatchNotExpressible = 330 "client-condition-not-expressible" Error {
        what: "A condition asks for what Gateway API cannot ask: the client's labels, a claim of its token, addresses.",
        why: "Without it the rule would take requests of everybody, or leave its own to wider rules: it is withheld, and all that it could take is answered with 500.",
        fix: "Keep the VirtualService for this host, or route by a header instead.",
    }
    ServerNotExpressible = 331 "server-not-expressible" Error {
        what: "A server of an Istio Gateway has no counterpart as a listener.",
        why: "The output does not listen for it.",
        fix: "Keep the Istio Gateway for this server.",
    }
    ExternalHostNotExpressible = 332 "external-host-not-expressible" Error {
        what: "A destination outside of the cluster cannot be a backend on this target.",
        why: "The rule is withheld: its requests are answered with 500.",
        fix: "Use --target istio, which takes hosts of ServiceEntries as backends, or put a Service in front of the host.",
    }
    TrafficPolicyNotCarried = 333 "traffic-policy-not-carried" Warning {
        what: "A traffic policy or ServiceEntry is read by Istio only.",
        why: "On this target requests are treated without it.",
        fix: "Use --target istio, or set the equivalent on the target by hand.",
    }
    MeshHostNotExpressible = 334 "mesh-host-not-expressible" Error {
        what: "A VirtualService of the mesh is for a host that no route can be attached to.",
        why: "Gateway API routes in a mesh belong to a Service; for other hosts nothing is converted.",
        fix: "Keep the VirtualService for this host, or add the ServiceEntry to the input and use --target istio.",
    }
    MeshPortability = 335 "mesh-portability" Info {
        what: "Not every mesh acts on all that the routes of a Service hold.",
        why: "With a mesh that is named here, these parts have no effect or the route is refused.",
        fix: "Nothing, unless you use one of the meshes named.",
    }
    DestinationRuleBeside = 336 "destination-rule-beside" Warning {
        what: "A DestinationRule of the input is for a host for which the output has one as well.",
        why: "For a host Istio takes the traffic policy of one rule: the settings of the other have no effect on the Gateway's requests.",
        fix: "Put the settings of both into one rule in the namespace of the Gateway, or take one of them out.",
    }
    TrafficTargetAsPolicy = 337 "traffic-target-as-policy" Warning {
        what: "A TrafficTarget is written as AuthorizationPolicies of the pods that it protects.",
        why: "They tell clients by mutual TLS and are enforced by sidecars: a client without one is refused. Pods that are no destination refuse everything under SMI; in Istio they let everyone in.",
        fix: "Give clients and destinations sidecars with mutual TLS (PeerAuthentication with mode STRICT), and close namespaces whose other pods were closed with an AuthorizationPolicy without selector and rules (`spec: {}`).",
    }
    WaypointLabelNeeded = 338 "waypoint-label-needed" Warning {
        what: "Services with routes do not use the waypoint of their namespace.",
        why: "In Istio's ambient mode only a waypoint acts on routes of a Service, and a Service has one when it, or its namespace, names it in the label `istio.io/use-waypoint`.",
        fix: "Set the label, once the waypoint is there.",
    }

    InvalidOutput = 401 "invalid-output" Error {
        what: "An emitted object breaks a rule of the API server.",
        why: "The API server would refuse it.",
        fix: "Please report it with the input: gatelift should never emit it.",
    }

    KindForbidden = 501 "kind-forbidden" Error {
        what: "The user may not list objects that say where requests go.",
        why: "They are missing from the input, and so is what becomes of their requests.",
        fix: "Give the user the ClusterRole of packaging/rbac.yaml, or name a namespace that the user may read with -n.",
    }
    ContextForbidden = 502 "context-forbidden" Warning {
        what: "The user may not list objects that give routes their context.",
        why: "What they say is unknown: a controller's settings count as its defaults, and references as fine.",
        fix: "Give the user the ClusterRole of packaging/rbac.yaml.",
    }
    KindUnread = 503 "kind-unread" Error {
        what: "The API server serves a kind and failed to list it.",
        why: "Its objects are missing from the input, and so is what becomes of their requests.",
        fix: "Try again; -v shows the requests and the answers.",
    }
    ClusterChoice = 504 "chosen-from-cluster" Info {
        what: "The target, the channel or a GatewayClass was chosen by what the cluster has.",
        why: "The output is written for what runs there, and may differ from that of the same files elsewhere.",
        fix: "Nothing; --target, --channel and --class-map choose otherwise.",
    }
    GatewayApiMissing = 505 "gateway-api-missing" Warning {
        what: "The cluster has no Gateway API, an older release of it, or no GatewayClass that a controller has accepted.",
        why: "What is written cannot be applied there, or nothing serves it.",
        fix: "Install the CRDs of Gateway API v1.6 and an implementation first.",
    }
    ClassLacksFeature = 506 "class-lacks-feature" Warning {
        what: "The output uses a feature of Gateway API that its GatewayClass does not list in status.supportedFeatures.",
        why: "The controller refuses such a rule or object, or acts as if the feature were not asked for.",
        fix: "Choose a GatewayClass that has the feature (--class-map). When the controller has it all the same, because its list is older than the feature's name, accept it with --allow class-lacks-feature.",
    }
    ClusterWouldRefuse = 507 "cluster-would-refuse" Error {
        what: "The CRDs of the cluster do not take an object of the output as it is written.",
        why: "The API server refuses it, so nothing serves its requests by Gateway API.",
        fix: "Install the CRDs of Gateway API v1.6 and of the target's version, or convert for what is installed (--channel, --target NAME@VERSION).",
    }
    CrdsForbidden = 508 "crds-forbidden" Info {
        what: "The user may not read the CustomResourceDefinitions of the cluster.",
        why: "Objects are checked by the rules of Gateway API v1.6 that are built in, which the cluster's may differ from.",
        fix: "Give the user the ClusterRole of packaging/rbac.yaml; apply --dry-run=server asks the API server itself.",
    }
    ApplyConflict = 510 "apply-conflict" Error {
        what: "Another field manager has set fields of an object that was to be applied.",
        why: "The object was left as it is, so its requests go where that manager sends them.",
        fix: "Pass --force-conflicts to take the fields over, or leave the object to its manager.",
    }
    ApplyRefused = 511 "apply-refused" Error {
        what: "The API server refused an object.",
        why: "It is not in the cluster, so nothing serves its requests by Gateway API.",
        fix: "Correct the field at the place shown; when gatelift wrote it wrong, please report it with the input.",
    }
    NotApplied = 512 "not-applied" Error {
        what: "An object was not applied, or it is not known whether it was.",
        why: "The cluster has only a part of the output.",
        fix: "Remove the cause and run the same command again: it goes on where it ended.",
    }
    ConditionFalse = 513 "condition-false" Error {
        what: "A controller says that an applied object does not work.",
        why: "Some or all of its requests are not served as they were.",
        fix: "Correct what the controller names, then apply again.",
    }
    NotReady = 514 "not-ready" Error {
        what: "No controller has said in time that an applied object works.",
        why: "Its requests may not be served yet.",
        fix: "See whether a controller runs for the GatewayClass, or wait longer with --timeout.",
    }
}

impl Code {
    /// The row of the table.
    #[must_use]
    pub fn entry(self) -> &'static CodeEntry {
        &CODES[self as usize]
    }

    /// Whether it means that input could not be read, so that what is known may lack some of it.
    #[must_use]
    pub fn is_unreadable(self) -> bool {
        matches!(
            self,
            Self::Syntax
                | Self::Unreadable
                | Self::TooComplex
                | Self::Template
                | Self::KindForbidden
                | Self::KindUnread
        )
    }

    /// The name that is most similar to a text, when it is similar enough to be meant.
    #[must_use]
    pub fn similar(text: &str) -> Option<&'static str> {
        let text = text.to_lowercase();
        let names = CODES.iter().map(|entry| (strsim::jaro_winkler(&text, entry.name), entry.name));
        let likely = names.filter(|(similarity, _)| *similarity > 0.8);
        likely.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1))).map(|(_, name)| name)
    }

    /// Finds a code by `G2L101`, `101` or its name.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("G2L").or_else(|| text.strip_prefix("g2l")).unwrap_or(text);
        let number = digits.parse::<u16>().ok();
        CODES.iter().find(|entry| entry.name == text || number == Some(entry.number)).map(|entry| entry.code)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "G2L{:03}", self.entry().number)
    }
}
