//! Lists that the server has to make first.
