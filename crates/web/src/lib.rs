//! Pages over `desk`. Knows HTTP and HTML; must not know how anything is computed.

mod about;
mod api;
mod article;
mod articles;
mod board;
mod download;
mod guard;
mod layout;
mod metrics;
mod pages;
mod people;
mod picture;
mod pool;
mod read;
mod review;
mod server;
mod status;

pub use article::standalone;
pub use people::SignIn;
pub use server::{Server, ServerError};
