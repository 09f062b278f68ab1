//! HTTP/1.1 on loopback, with the ways in which a server can behave badly.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::gateway;
use crate::logout_token;
use crate::message::{Ask, Reply};
use crate::tampering::AnswerFault;
use crate::world::World;

/// Bytes of a request's body that are read at most.
const BODY: usize = 1 << 20;
/// Pieces of a slow body, and the pause before each.
const DROPS: usize = 32;
const PAUSE: Duration = Duration::from_millis(400);
/// Bytes of white space in a huge answer, in blocks of one mebibyte.
const HUGE: usize = 64 << 20;

type Body = BoxBody<Bytes, io::Error>;

/// Serves until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, world: Arc<World>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    let world = Arc::clone(&world);
                    // Small answers should not wait for more.
                    _ = socket.set_nodelay(true);
                    connections.spawn(async move {
                        let respond = service_fn(move |request| respond(Arc::clone(&world), request));
                        // A cut connection is an error here, and meant.
                        _ = http1::Builder::new().serve_connection(TokioIo::new(socket), respond).await;
                    });
                }
                // Too many open files, say: let some close first.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// An error makes hyper cut the connection.
async fn respond(world: Arc<World>, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY).collect().await else {
        let mut response = Response::new(full(String::new()));
        *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(response);
    };
    let ask = Ask::new(head.method, &head.uri, head.headers, &body.to_bytes());
    let Some((reply, notices)) = gateway::answer(&world, &ask) else {
        return Err(io::ErrorKind::ConnectionReset.into());
    };
    // Whoever signs out does not wait until all clients know.
    for notice in notices {
        let world = Arc::clone(&world);
        tokio::spawn(async move { _ = logout_token::deliver(&world, notice).await });
    }
    match reply.fault {
        None => response(reply, full),
        Some(AnswerFault::Slow) => response(reply, slow),
        Some(AnswerFault::Huge) => response(reply, huge),
        Some(AnswerFault::Truncated) => truncated(reply),
        Some(AnswerFault::Hang) => std::future::pending().await,
        Some(_) => Err(io::ErrorKind::ConnectionReset.into()),
    }
}

fn response(reply: Reply, body: impl FnOnce(String) -> Body) -> Result<Response<Body>, io::Error> {
    let mut response = Response::builder()
        .status(reply.status)
        .header("content-type", reply.content_type);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(body(reply.body)).map_err(io::Error::other)
}

/// Announces all and sends half.
fn truncated(reply: Reply) -> Result<Response<Body>, io::Error> {
    let length = reply.body.len();
    let mut response = response(reply, |body| {
        let half = Bytes::from(body.into_bytes()).slice(..length / 2);
        pieces(stream::iter([Ok(half), Err(io::ErrorKind::ConnectionReset.into())]))
    })?;
    response.headers_mut().insert("content-length", length.into());
    Ok(response)
}

fn full(body: String) -> Body {
    Full::new(Bytes::from(body))
        .map_err(|never: Infallible| match never {})
        .boxed()
}

/// The body in pieces with a pause before each.
fn slow(body: String) -> Body {
    let size = body.len().div_ceil(DROPS).max(1);
    let drops: Vec<Bytes> = body.into_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
    pieces(stream::unfold(drops.into_iter(), |mut drops| async move {
        tokio::time::sleep(PAUSE).await;
        drops.next().map(|drop| (Ok(drop), drops))
    }))
}

/// A valid answer behind a sea of white space.
fn huge(body: String) -> Body {
    let block = Bytes::from(vec![b' '; 1 << 20]);
    let blocks = std::iter::repeat_n(block.clone(), HUGE / block.len());
    pieces(stream::iter(blocks.chain([Bytes::from(body)]).map(Ok)))
}

fn pieces(stream: impl futures_util::Stream<Item = io::Result<Bytes>> + Send + Sync + 'static) -> Body {
    use futures_util::TryStreamExt;
    StreamBody::new(stream.map_ok(Frame::data)).boxed()
}
