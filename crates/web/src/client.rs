//! Whose request it is: the address of the connection, or the one that a trusted proxy names. For limits, and for the log
//! where the operator wants it; kept nowhere.

use crate::settings::{ForwardedHeader, Settings};
use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who asks. In the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    /// The address.
    pub(crate) address: IpAddr,
    /// Asks from this machine, not through a proxy: is not limited.
    pub(crate) is_local: bool,
}

/// Whom to believe.
#[derive(Debug, Clone)]
pub(crate) struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
}

impl Proxies {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { trusted: settings.trusted_proxies.clone(), header: settings.forwarded_header }
    }

    /// Whether a connection from there is a proxy's.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|net| net.contains(&address))
    }

    /// Who asks over a connection from `peer`. The last address that is not a proxy's: what stands before it anyone may have written.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let peer = peer.to_canonical();
        let forwarded = headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED);
        if !self.trusts(peer) {
            // A proxy on this machine that was not told of is no person at this machine.
            return Client { address: peer, is_local: peer.is_loopback() && !forwarded };
        }
        let mut last = peer;
        for named in self.named(headers).into_iter().rev() {
            // What cannot be read ends what can be believed.
            let Some(address) = named else { break };
            last = address;
            if !self.trusts(address) {
                break;
            }
        }
        Client { address: last, is_local: peer.is_loopback() && !forwarded }
    }

    /// The addresses of the header, in order; nothing for one that is none.
    fn named(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let name = match self.header {
            ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
            ForwardedHeader::Forwarded => header::FORWARDED,
        };
        let values = headers.get_all(name).iter().map(|v| v.to_str().unwrap_or_default());
        values.flat_map(|v| v.split(',')).map(|element| self.address(element.trim())).collect()
    }

    fn address(&self, element: &str) -> Option<IpAddr> {
        let text = match self.header {
            ForwardedHeader::XForwardedFor => element,
            ForwardedHeader::Forwarded => {
                let pairs = element.split(';').filter_map(|p| p.trim().split_once('='));
                pairs.into_iter().find(|(k, _)| k.eq_ignore_ascii_case("for"))?.1.trim_matches('"')
            }
        };
        let plain = text.parse::<IpAddr>().ok();
        let bracketed = || text.strip_prefix('[')?.split_once(']')?.0.parse::<IpAddr>().ok();
        let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|a| a.ip());
        plain.or_else(bracketed).or_else(with_port).map(|a| a.to_canonical())
    }
}

/// What stands for a client in limits: an IPv6 client has a whole /64 for itself.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asks(trusted: &[&str], header: ForwardedHeader, peer: &str, sent: &[(&'static str, &'static str)]) -> Client {
        let trusted = trusted.iter().map(|t| t.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Proxies { trusted, header }.client(peer.parse().unwrap(), &headers)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_as_far_as_it_saw() {
        use ForwardedHeader::{Forwarded, XForwardedFor};
        let xff = "x-forwarded-for";
        let is = |client: Client, address: &str| assert_eq!(client.address, address.parse::<IpAddr>().unwrap());
        is(asks(&[], XForwardedFor, "203.0.113.9", &[(xff, "198.51.100.1")]), "203.0.113.9");
        let proxies = ["10.0.0.0/8"];
        is(asks(&proxies, XForwardedFor, "10.0.0.1", &[(xff, "198.51.100.1")]), "198.51.100.1");
        is(asks(&proxies, XForwardedFor, "10.0.0.1", &[(xff, "1.1.1.1, 198.51.100.1, 10.0.0.2")]), "198.51.100.1");
        is(asks(&proxies, XForwardedFor, "10.0.0.1", &[(xff, "1.1.1.1"), (xff, "198.51.100.1")]), "198.51.100.1");
        is(asks(&proxies, XForwardedFor, "10.0.0.1", &[(xff, "1.1.1.1, nonsense")]), "10.0.0.1");
        is(asks(&proxies, XForwardedFor, "10.0.0.1", &[("forwarded", "for=1.1.1.1")]), "10.0.0.1");
        is(asks(&proxies, XForwardedFor, "::ffff:10.0.0.1", &[(xff, "198.51.100.1:4711")]), "198.51.100.1");
        let seen = &[("forwarded", "for=1.1.1.1, for=\"[2001:db8::1]:99\";proto=https"), (xff, "9.9.9.9")];
        is(asks(&proxies, Forwarded, "10.0.0.1", seen), "2001:db8::1");
        assert_eq!(network("2001:db8::1".parse().unwrap()), "2001:db8::".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn local_is_who_asks_without_a_proxy() {
        let x = ForwardedHeader::XForwardedFor;
        assert!(asks(&[], x, "127.0.0.1", &[]).is_local);
        assert!(!asks(&[], x, "127.0.0.1", &[("x-forwarded-for", "127.0.0.1")]).is_local);
        assert!(!asks(&[], x, "127.0.0.1", &[("forwarded", "for=127.0.0.1")]).is_local);
        assert!(!asks(&["127.0.0.1/32"], x, "127.0.0.1", &[("x-forwarded-for", "127.0.0.1")]).is_local);
        assert!(!asks(&[], x, "203.0.113.9", &[]).is_local);
    }
}
