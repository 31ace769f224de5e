//! `coverage.yaml`: what a company says about itself, its files and its apps.
pub mod raw;
