//! Who is at the other end of a connection.

use axum::extract::ConnectInfo;
use http::Extensions;
use std::net::{IpAddr, SocketAddr};

/// The address from which a request came, as the connection says.
#[must_use]
pub fn address(extensions: &Extensions) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(address)| address.ip())
}
