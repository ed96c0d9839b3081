//! Pages over `desk`. Knows HTTP and HTML; must not know how anything is computed.

mod about;
mod api;
mod article;
mod articles;
mod asking;
mod board;
mod client;
mod connections;
mod download;
mod guard;
mod layout;
mod log;
mod metrics;
mod pages;
mod people;
mod picture;
mod pool;
mod rate;
mod read;
mod review;
mod server;
mod settings;
mod site;
mod slow;
mod status;

pub use article::standalone;
pub use people::SignIn;
pub use pool::Equip;
pub use server::{Server, ServerError};
pub use settings::{ForwardedHeader, Limits, Log, LogFormat, LogLevel, Settings};
