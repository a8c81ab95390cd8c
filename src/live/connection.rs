//! Which cluster, as whom.

use std::path::PathBuf;
use std::time::Duration;

use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

use super::Failure;

/// Which cluster, as whom; what is absent comes from the kubeconfig.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// The kubeconfig; else `KUBECONFIG`, else `~/.kube/config`, else the Pod's service account.
    pub kubeconfig: Option<PathBuf>,
    /// Its context.
    pub context: Option<String>,
    /// Its cluster, in place of the context's.
    pub cluster: Option<String>,
    /// Its user, in place of the context's.
    pub user: Option<String>,
    /// Whom to act as.
    pub impersonate: Option<String>,
    /// With which groups.
    pub impersonate_groups: Vec<String>,
    /// How long one request may take; `None` for ever.
    pub request_timeout: Option<Duration>,
}

impl Connection {
    /// Finds the server and the credentials.
    pub(super) async fn config(&self) -> Result<Config, Failure> {
        let mut config = match self.kubeconfig() {
            Ok(kubeconfig) => {
                let options = KubeConfigOptions {
                    context: self.context.clone(),
                    cluster: self.cluster.clone(),
                    user: self.user.clone(),
                };
                Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| failure(&error))?
            }
            Err(error) if self.needs_kubeconfig() => return Err(failure(&error)),
            Err(error) => Config::incluster().map_err(|_| failure(&error))?,
        };
        if self.impersonate.is_some() {
            config.auth_info.impersonate.clone_from(&self.impersonate);
        }
        if !self.impersonate_groups.is_empty() {
            config.auth_info.impersonate_groups = Some(self.impersonate_groups.clone());
        }
        // `Cluster` tries again by itself, so that it can say so.
        config.default_retry = false;
        Ok(config)
    }

    fn kubeconfig(&self) -> Result<Kubeconfig, KubeconfigError> {
        match &self.kubeconfig {
            Some(path) => Kubeconfig::read_from(path),
            None => Kubeconfig::read(),
        }
    }

    fn needs_kubeconfig(&self) -> bool {
        self.kubeconfig.is_some() || self.context.is_some() || self.cluster.is_some() || self.user.is_some()
    }
}

fn failure(error: &KubeconfigError) -> Failure {
    let mut message = format!("no cluster to ask: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message += &format!(": {text}");
        }
        cause = error.source();
    }
    Failure::Configuration(message)
}

/// A duration as kubectl writes them (`30s`, `1m30s`, `500ms`, a bare number of seconds); zero is none at all.
///
/// # Errors
/// What is wrong with the text.
pub fn duration(text: &str) -> Result<Option<Duration>, String> {
    let wrong = || format!("`{text}` is no duration: expected 30s, 5m, 1m30s or 0");
    let mut total = Duration::ZERO;
    let mut rest = text;
    if let Ok(seconds) = text.parse::<u32>() {
        total = Duration::from_secs(seconds.into());
        rest = "";
    } else if text.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, after) = rest.split_at(digits);
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let letters = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let milliseconds: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(wrong()),
        };
        total += Duration::from_millis(u64::from(number) * milliseconds);
        rest = after;
    }
    Ok((!total.is_zero()).then_some(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_kubectl_writes_them() {
        assert_eq!(duration("1m30s"), Ok(Some(Duration::from_secs(90))));
        assert_eq!(duration("500ms"), Ok(Some(Duration::from_millis(500))));
        assert_eq!(duration("7"), Ok(Some(Duration::from_secs(7))));
        assert_eq!((duration("0"), duration("0s")), (Ok(None), Ok(None)));
        for text in ["", "s", "1", "1d", "1s2", "-1s", "1.5s"].iter().filter(|text| **text != "1") {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
