//! Client addresses: whether two lists admit the same, decided at the edges of their blocks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::AccessList;

/// Whether two lists treat some address otherwise; no list admits all.
pub(super) fn lists_differ(before: Option<&AccessList>, after: Option<&AccessList>) -> bool {
    let admits = |list: Option<&AccessList>, address: &str| list.is_none_or(|list| list.admits(address));
    let blocks = [before, after].into_iter().flatten().flat_map(AccessList::blocks);
    let addresses = blocks.flat_map(edges).chain(["0.0.0.0".to_owned(), "::".to_owned()]);
    addresses.into_iter().any(|address| admits(before, &address) != admits(after, &address))
}

/// The first address of a block and the one behind its last: between the edges of all blocks lists decide alike.
pub(super) fn edges(block: &str) -> Vec<String> {
    let (network, bits) = block.split_once('/').unwrap_or((block, ""));
    let prefix = |width: u32| bits.parse::<u32>().unwrap_or(width).min(width);
    match network.trim().parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let rest = u32::MAX.checked_shr(prefix(32)).unwrap_or(0);
            let first = address.to_bits() & !rest;
            let behind = (first | rest).checked_add(1);
            [Some(first), behind].into_iter().flatten().map(|bits| Ipv4Addr::from_bits(bits).to_string()).collect()
        }
        Ok(IpAddr::V6(address)) => {
            let rest = u128::MAX.checked_shr(prefix(128)).unwrap_or(0);
            let first = address.to_bits() & !rest;
            let behind = (first | rest).checked_add(1);
            [Some(first), behind].into_iter().flatten().map(|bits| Ipv6Addr::from_bits(bits).to_string()).collect()
        }
        Err(_) => Vec::new(),
    }
}
