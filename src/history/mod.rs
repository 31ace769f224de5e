//! What follows from one kept run after another: how findings began and ended, whether gaps were closed, and how long it
//! took. Pure: nothing here knows how runs are stored.

mod advance;
mod calendar;
mod causes;
mod gaps;
mod revoke;
mod since;
mod state;

pub use advance::{Changes, Ended, Opened, advance, advance_gaps, apply, facts_of};
pub use calendar::{deadline, verdict};
pub use revoke::{Limits, last_sight, percentile, summaries, times};
pub use since::{buckets, since};
pub use state::{Said, last_look, said, state, told};
