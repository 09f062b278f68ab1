//! Fronts that sign a header.

use crate::key::Algorithm;

/// A front that has signed somebody in and says so in a signed header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Front {
    /// Cloudflare Access
    /// (<https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/>).
    CloudflareAccess,
    /// Google Identity-Aware Proxy (<https://cloud.google.com/iap/docs/signed-headers-howto>).
    GoogleIap,
    /// The load balancer of AWS, which pads its tokens and says in the header who signed for whom
    /// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>).
    AwsAlb,
    /// Pomerium, whose issuer is a host and no address
    /// (<https://www.pomerium.com/docs/capabilities/getting-users-identity>).
    Pomerium,
    /// Teleport, whose issuer is the name of the cluster
    /// (<https://goteleport.com/docs/enroll-resources/application-access/jwt/introduction/>).
    Teleport,
}

impl Front {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::CloudflareAccess,
        Self::GoogleIap,
        Self::AwsAlb,
        Self::Pomerium,
        Self::Teleport,
    ];

    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "cloudflare-access",
            Self::GoogleIap => "google-iap",
            Self::AwsAlb => "aws-alb",
            Self::Pomerium => "pomerium",
            Self::Teleport => "teleport",
        }
    }

    /// The header in which the token comes.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "Cf-Access-Jwt-Assertion",
            Self::GoogleIap => "X-Goog-IAP-JWT-Assertion",
            Self::AwsAlb => "X-Amzn-Oidc-Data",
            Self::Pomerium => "X-Pomerium-Jwt-Assertion",
            Self::Teleport => "Teleport-Jwt-Assertion",
        }
    }

    /// The algorithm it signs with.
    #[must_use]
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::CloudflareAccess | Self::Teleport => Algorithm::Rs256,
            Self::GoogleIap | Self::AwsAlb | Self::Pomerium => Algorithm::Es256,
        }
    }

    /// The issuer it writes.
    #[must_use]
    pub const fn issuer(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "https://demo.cloudflareaccess.com",
            Self::GoogleIap => "https://cloud.google.com/iap",
            Self::AwsAlb => "https://idp.demo.example",
            Self::Pomerium => "signalbox.demo.example",
            Self::Teleport => "demo-cluster",
        }
    }

    /// The audience it writes. AWS writes none; there this is the signer, the balancer's own name.
    #[must_use]
    pub const fn audience(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "32eafc7626e737136c5f4a3fb0b1b3b8f9e3c6b1d3c2a1f0e9d8c7b6a5f4e3d2",
            Self::GoogleIap => "/projects/123456789012/global/backendServices/9876543210987654321",
            Self::AwsAlb => {
                "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/demo/0123456789abcdef"
            }
            Self::Pomerium => "signalbox.demo.example",
            Self::Teleport => "https://signalbox.demo-cluster",
        }
    }
}
