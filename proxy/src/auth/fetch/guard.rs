//! Where no issuer can be, whatever its name resolves to.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Resolves names as the system does, and leaves out where no issuer can be.
#[derive(Debug)]
pub struct Guard;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fine: Vec<_> = found.filter(|found| !is_never_asked(found.ip())).collect();
            if fine.is_empty() {
                return Err("the name stands for no address that may be asked".into());
            }
            Ok(Box::new(fine.into_iter()) as Addrs)
        })
    }
}

/// Where clouds give a machine its own keys, besides the link-local 169.254.169.254.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
];

/// Whether no issuer can be at an address: metadata services, this link, nobody, everybody. Private networks are not among these, for many a provider
/// is in-house.
pub fn is_never_asked(ip: IpAddr) -> bool {
    let plain = plain(ip);
    let of_nobody = match plain {
        IpAddr::V4(ip) => ip.octets()[0] == 0 || ip.is_link_local() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_unicast_link_local(),
    };
    of_nobody || plain.is_multicast() || METADATA.contains(&plain)
}

/// An IPv4 address that is written as one of IPv6 ([RFC 4291 §2.5.5](https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5),
/// [RFC 6052 §2.1](https://www.rfc-editor.org/rfc/rfc6052#section-2.1)).
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = ip else { return ip };
    match six.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let bits = u32::from(high) << 16 | u32::from(low);
            Ipv4Addr::from_bits(bits).into()
        }
        _ => ip.to_canonical(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_links_and_nobody_are_never_asked_however_they_are_written() {
        for ip in [
            "169.254.169.254",
            "169.254.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "100.100.100.200",
            "::ffff:100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fe80::1",
            "0.0.0.0",
            "0.1.2.3",
            "::",
            "255.255.255.255",
            "224.0.0.1",
            "ff02::1",
        ] {
            assert!(is_never_asked(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "127.0.0.1",
            "::1",
            "10.0.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "203.0.113.1",
            "fd00::1",
            "2001:db8::1",
        ] {
            assert!(!is_never_asked(ip.parse().unwrap()), "{ip}");
        }
    }

    #[tokio::test]
    async fn names_are_resolved_but_to_nothing_of_that_kind() {
        let resolve = async |name: &str| Guard.resolve(name.parse().unwrap()).await.map(Vec::from_iter);
        let found = resolve("localhost").await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|found| found.ip().is_loopback()));
        // The system takes an address for a name that stands for itself, which is enough to see what becomes of one.
        assert!(resolve("169.254.169.254").await.is_err());
    }
}
