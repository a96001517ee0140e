//! Work side by side: each job has its own share of the threads, and a free job takes the next piece.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::failure::Outcome;
use crate::terminal::threads;

/// Does `work` with every index below `count`, in `jobs` at a time on all `threads`, until `ended`; hands each result
/// to `done`, on this thread, in the order in which the work ends.
pub(super) fn side_by_side<T: Send>(
    count: usize,
    (jobs, threads): (usize, usize),
    ended: impl Fn() -> bool + Sync,
    work: impl Fn(usize) -> T + Sync,
    mut done: impl FnMut(usize, T),
) -> Outcome {
    let pools: Outcome<Vec<_>> =
        (0..jobs).map(|job| threads::pool(Some(share(job, jobs, threads)))).collect();
    let pools = pools?;
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        let mut begun = 0;
        for pool in &pools {
            let (sender, next, ended, work) = (sender.clone(), &next, &ended, &work);
            let job = move || {
                while !ended() {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count || sender.send((index, pool.install(|| work(index)))).is_err() {
                        break;
                    }
                }
            };
            match thread::Builder::new().spawn_scoped(scope, job) {
                Ok(_) => begun += 1,
                // The jobs that have begun do the work of those that cannot.
                Err(_) if begun > 0 => break,
                Err(error) => return Err(threads::not_started(&error)),
            }
        }
        // The senders that are left are those of the jobs, which end with them.
        drop(sender);
        for (index, result) in results {
            done(index, result);
        }
        Ok(())
    })
}

/// The number of threads of one job: all threads are shared out evenly, and a job has at least one.
fn share(job: usize, jobs: usize, threads: usize) -> usize {
    (threads / jobs + usize::from(job < threads % jobs)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_shared_out() {
        let shares = |jobs, threads| (0..jobs).map(|job| share(job, jobs, threads)).collect::<Vec<_>>();
        assert_eq!(shares(3, 8), [3, 3, 2]);
        assert_eq!(shares(2, 2), [1, 1]);
        assert_eq!(shares(3, 1), [1, 1, 1]);
        assert_eq!(shares(1, 5), [5]);
    }

    #[test]
    fn everything_is_done_once_until_it_is_ended() {
        for jobs in [1, 3] {
            let mut seen = vec![0; 20];
            side_by_side(
                20,
                (jobs, 2),
                || false,
                |index| index * 2,
                |index, result| {
                    assert_eq!(result, index * 2);
                    seen[index] += 1;
                },
            )
            .unwrap();
            assert_eq!(seen, [1; 20]);
        }
        let begun = AtomicUsize::new(0);
        let ended = || begun.load(Ordering::SeqCst) >= 3;
        let mut seen = 0;
        let work = |_| begun.fetch_add(1, Ordering::SeqCst);
        side_by_side(20, (1, 1), ended, work, |_, _| seen += 1).unwrap();
        assert_eq!(seen, 3);
    }
}
