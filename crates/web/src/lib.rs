//! Pages over `desk`. Knows HTTP and HTML; must not know how anything is computed.

mod about;
mod account;
mod admin;
mod article;
mod articles;
mod board;
mod download;
mod forms;
mod guard;
mod layout;
mod metrics;
mod pages;
mod people;
mod picture;
mod pool;
mod read;
mod review;
mod search;
mod server;
mod source;
mod status;
mod visitor;

pub use admin::Administration;
pub use article::standalone;
pub use people::SignIn;
pub use server::{Server, ServerError};
