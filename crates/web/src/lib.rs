//! Pages over `desk`. Knows HTTP and HTML; must not know how anything is computed.

mod about;
mod article;
mod asking;
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
mod server;
mod settings;
mod site;
mod slow;

pub use article::standalone;
pub use people::SignIn;
pub use pool::Equip;
pub use server::{Server, ServerError};
pub use settings::{ForwardedHeader, Limits, Log, LogFormat, LogLevel, Settings};
