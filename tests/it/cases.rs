//! The cases under `testdata/`: one folder a case, its input in `input.yaml`, further arguments in `args`.

use std::path::{Path, PathBuf};

use gatelift::{Input, NamespacedName, Options, read_text};
use serde_json::{Value as Json, json};

/// One folder `testdata/DIALECT/NAME`.
#[derive(Debug, Clone)]
pub struct Case {
    pub folder: PathBuf,
    pub dialect: String,
    pub name: String,
}

impl Case {
    /// Arguments beyond `convert -f input.yaml`, separated by white space.
    pub fn args(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.join("args")).unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// The `--target` among the arguments, without a version.
    pub fn target(&self) -> String {
        let args = self.args();
        let target = args.iter().skip_while(|arg| *arg != "--target").nth(1).map_or("standard", String::as_str);
        target.split('@').next().unwrap_or(target).to_owned()
    }

    /// Whether the arguments say which target.
    pub fn names_target(&self) -> bool {
        self.args().iter().any(|arg| arg == "--target")
    }

    /// Whether the arguments ask for fields of the experimental channel.
    pub fn is_experimental(&self) -> bool {
        self.args().windows(2).any(|pair| pair == ["--channel", "experimental"])
    }

    pub fn label(&self) -> String {
        format!("{}/{}", self.dialect, self.name)
    }
}

pub fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// Every case, by dialect and name.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for dialect in folders_of(&testdata()) {
        for folder in folders_of(&dialect) {
            let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
            cases.push(Case { dialect: name(&dialect), name: name(&folder), folder });
        }
    }
    cases
}

fn folders_of(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The measured cases of a data plane, by name, from beside the project; none, and said, without them.
pub fn measured(data_plane: &str) -> Vec<Json> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases").join(data_plane);
    if !directory.is_dir() {
        println!("NOT RUN: ../shared/cases/{data_plane} is not beside the project, so nothing was compared");
        return Vec::new();
    }
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()).collect()
}

/// The objects of a measured case, and the options with the controller's ConfigMap when it has one.
pub fn measured_input(case: &Json, mut options: Options) -> (Input, Options) {
    let mut objects = case["objects"].as_array().unwrap().clone();
    if let Some(data) = case["controller"].get("configMap") {
        let name =
            NamespacedName { namespace: "ingress-nginx".to_owned(), name: "ingress-nginx-controller".to_owned() };
        let metadata = json!({ "name": name.name, "namespace": name.namespace });
        objects.push(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data }));
        options.controller_config = Some(name);
    }
    let text: Vec<String> = objects.iter().map(Json::to_string).collect();
    (read_text("case.json", &text.join("\n---\n")), options)
}
