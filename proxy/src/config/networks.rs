//! Lists of addresses and networks.

use super::fields::Fields;
use ipnet::IpNet;
use std::net::IpAddr;

/// An optional list of addresses and networks. That of everybody is a fault, for the reason that `everybody` says.
pub(super) fn read(fields: &mut Fields<'_>, name: &str, everybody: &str) -> Option<Vec<IpNet>> {
    let texts = fields.list(name)?;
    let mut networks = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let name = format!("{name}[{index}]");
        let network = text
            .parse::<IpNet>()
            .ok()
            .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        match network {
            Some(network) if network.prefix_len() == 0 => {
                fields.fault(&name, format!("{text} is everybody: {everybody}"));
            }
            Some(network) => networks.push(network),
            None => fields.fault(
                &name,
                format!("{text:?} is no address and no network such as 10.0.0.0/8 or fd00::/8"),
            ),
        }
    }
    Some(networks)
}
