//! Programs that a test starts, and ends with itself.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// A program: where its variable says (`GATELIFT_NGINX`), where `.ci/run` puts it, or on the path. Says loudly when it is
/// nowhere.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let said = std::env::var_os(format!("GATELIFT_{}", name.to_uppercase())).map(PathBuf::from);
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/loopback/bin").join(name);
    let path = std::env::var("PATH").unwrap_or_default();
    let on_path = path.split(':').map(|folder| Path::new(folder).join(name));
    let system = ["/usr/sbin", "/usr/local/sbin"].map(|folder| Path::new(folder).join(name));
    let found = said.into_iter().chain([installed]).chain(on_path).chain(system).find(|program| program.is_file());
    if found.is_none() {
        println!("SKIPPED: no `{name}` on this machine, so nothing was asked of a real one (.ci/run installs it)");
    }
    found
}

/// Below the ports that systems give to whoever asks for any (32768 and above on Linux, 49152 on others): a port that is
/// free there stays free until the proxy listens, however many connections other tests open meanwhile.
const PORTS: std::ops::Range<u16> = 10_000..20_000;

/// So many ports that nobody listens on, no two alike within this process.
pub(super) fn free_ports(count: usize) -> Vec<u16> {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 100).unwrap() * 100;
    let next = || PORTS.start + (first + GIVEN.fetch_add(1, Ordering::Relaxed)) % (PORTS.end - PORTS.start);
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let ports: Vec<u16> = std::iter::repeat_with(next).take(PORTS.len()).filter(is_free).take(count).collect();
    assert_eq!(ports.len(), count, "no more free ports in {PORTS:?}");
    ports
}

/// A running program with its folder; both go when it is dropped.
pub(super) struct Running {
    child: Child,
    folder: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A folder of the test's own.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gatelift-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Starts a program and waits until it listens on all ports.
pub(super) fn start(command: &mut Command, folder: PathBuf, ports: &[u16]) -> Running {
    let log = fs::File::create(folder.join("stderr")).unwrap();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let mut running = Running { child, folder };
    let limit = Instant::now() + Duration::from_secs(60);
    for port in ports {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_err() {
            let ended = running.child.try_wait().unwrap();
            let said = || fs::read_to_string(running.folder.join("stderr")).unwrap_or_default();
            assert!(ended.is_none(), "{command:?} ended: {}", said());
            assert!(Instant::now() < limit, "{command:?} does not listen on {port}: {}", said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    running
}
