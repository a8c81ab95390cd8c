//! What keeps requests away from the backend of one rule.

use super::rule::{ENABLE_BACKEND, Writing};
use super::written::Written;
use super::{external_auth, guards, security_policy, tokens};
use crate::model::{AccessList, BasicAuth, Located, Origin, Policies, UserList};
use crate::report::{Code, Diagnostic};
use crate::target::extension::Reference;
use crate::target::{Feature, named};

impl Writing<'_, '_, '_> {
    pub(super) fn guards(&mut self) {
        let Policies { access, basic_auth, external_auth, api_keys, .. } = &*self.rule.policies;
        let holders = self.tokens();
        if let Some(Located { value, origin }) = access.as_ref().filter(|_| self.asked(Feature::AccessList)) {
            let written = guards::authorization(value, holders.as_deref());
            self.security.authorization = self.guard(Feature::AccessList, origin, written);
        }
        // Without a list, or with one whose loss is accepted.
        if let (None, Some(holders), Some(Located { origin, .. })) =
            (&self.security.authorization, holders, &self.rule.policies.tokens)
        {
            let written = guards::authorization(&AccessList::default(), Some(&holders));
            self.security.authorization = self.guard(Feature::Tokens, origin, written);
        }
        if let Some(Located { value, origin }) = basic_auth.as_ref().filter(|_| self.asked(Feature::BasicAuth)) {
            self.security.basic_auth = self.guard(Feature::BasicAuth, origin, guards::basic(value, self.namespace));
            if self.security.basic_auth.is_some() {
                self.refer("Secret", (&value.secret.0, &value.secret.1), origin);
                self.users(value, origin);
            }
        }
        if let Some(Located { value, origin }) = api_keys.as_ref().filter(|_| self.asked(Feature::ApiKeys)) {
            self.security.api_key_auth = self.guard(Feature::ApiKeys, origin, guards::keys(value, self.namespace));
            for (namespace, name) in &value.secrets {
                self.refer("Secret", (namespace, name), origin);
            }
        }
        if let Some(Located { value, origin }) = external_auth.as_ref().filter(|_| self.asked(Feature::ExternalAuth)) {
            let question = external_auth::question(value, self.namespace, self.version);
            let Some(question) = self.guard(Feature::ExternalAuth, origin, question) else { return };
            self.security.ext_auth = Some(question.auth);
            self.traffic.response_override.extend(question.sign_in);
            if let Some(service) = question.service {
                self.refer("Service", (&service.namespace, &service.name), origin);
            }
            if let Some(backend) = question.backend {
                self.draft.extension.objects.push(backend);
                self.switch(ENABLE_BACKEND, origin);
            }
        }
    }

    /// JSON Web Tokens; whose are let in, where not all are.
    fn tokens(&mut self) -> Option<Vec<tokens::Holder>> {
        let Policies { tokens, foreign, .. } = &*self.rule.policies;
        let Located { value, origin } = tokens.as_ref().filter(|_| self.asked(Feature::Tokens))?;
        let written = tokens::write(value, self.version);
        if let Written::Not(why) = &written {
            for lost in foreign.iter().filter(|one| one.value.said && one.origin.object != origin.object) {
                self.withheld |= self.pen.in_own_words(lost, why);
            }
        }
        let tokens::Policy { jwt, holders } = self.guard(Feature::Tokens, origin, written)?;
        self.security.jwt = Some(jwt);
        holders
    }

    /// The Secret needs an htpasswd file under Envoy Gateway's key.
    fn users(&mut self, auth: &BasicAuth, origin: &Origin) {
        let (namespace, name) = (named(&auth.secret.0), &auth.secret.1);
        let message = format!("Secret `{namespace}/{name}` needs an htpasswd file of {{SHA}} hashes under `.htpasswd`");
        let mut finding = Diagnostic::new(Code::SecretKeyNeeded, message);
        finding = match auth.format {
            UserList::File(".htpasswd") => return,
            UserList::File(key) => finding.help(format!(
                "kubectl get secret {name} -n {namespace} -o jsonpath='{{.data.{key}}}' | xargs -I% kubectl patch secret \
                 {name} -n {namespace} -p '{{\"data\":{{\".htpasswd\":\"%\"}}}}'"
            )),
            UserList::Map => finding.help("write a line `USER:HASH` for each key of the Secret into the file"),
        };
        if auth.users.is_none() {
            finding = finding.note("the Secret is not in the input, so its hashes have not been looked at");
        }
        self.pen.findings.say(finding, Some(origin));
    }

    /// What is written of something that keeps requests away: its loss closes the rule.
    fn guard<T>(&mut self, feature: Feature, origin: &Origin, written: Written<T>) -> Option<T> {
        let told = self.told(feature, origin, written);
        told.map_err(|why| {
            let message = self.pen.lost(feature);
            self.withheld |= self.pen.findings.withhold(Code::ProtectionNotCarried, message, &why, origin);
        })
        .ok()
    }

    fn refer(&mut self, kind: &'static str, (namespace, name): (&str, &str), origin: &Origin) {
        self.draft.extension.references.push(Reference {
            from: security_policy::KIND,
            kind,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            origin: origin.clone(),
        });
    }
}
