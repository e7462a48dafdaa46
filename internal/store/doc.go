// Package store is the database: one SQLite file in which contacts, attempts,
// campaigns, users, stations, the journal and the audit trail are kept.
//
// # What it promises
//
//   - A method that returned nil has written down what it was asked to, on the
//     disk: after a kill, and after a power cut, it is still there.
//   - A contact is in at most one open attempt. [Store.Claim] leases contacts and
//     opens their attempts in one transaction, and an index forbids a second.
//   - An attempt is closed once. [Store.Record] gives the contact its next status
//     in the transaction that closes; a second close changes nothing.
//   - One server at a time runs on a database: [Store.Recover] makes sure of it.
//   - An import is there as a whole or not at all, while the server keeps dialing
//     from the same file.
//
// # How it works
//
// Write-ahead logging with one connection that writes and a small pool that
// reads. Another process (an import beside the server) is just one more writer,
// waited for up to [BusyTimeout]; so work that may be large is cut into short
// transactions (the one exception is told at [Store.Import]). Exported methods open
// the transaction, unexported ones take it; within [Store.Together] they share one, and its
// wait for the disk. SQL stands beside the function that runs
// it, and the connection that writes keeps its statements. What was written is synced
// without the times of the files (fdatasync) where the system can, and brought
// from the log to its place by [Store.Sweep], beside the commits. The schema is in migrations/, applied by [Open].
//
// Moments are integers: microseconds since 1970 in UTC, and 0 for never. Names
// of users, stations, campaigns and lists compare without case.
//
// # Contacts that somebody owns
//
// A promised callback may be one agent's own: contacts.owner. The column free, which
// the database computes, is when everybody may have the contact: when it is due, or
// an hour later if it has an owner. [Store.Claim] goes by free, [Store.ClaimOwned] by
// owner and due. Only contacts with status S have an owner; during an attempt what
// the contact was is kept in the attempt's row, and given back if nothing is dialed.
//
// # Questions of clients
//
// [Store.Query] answers what package listquery admits, on connections of its own
// which SQLite lets read contacts and nothing else.
//
// # Contacts that are not there yet
//
// An import may bring a million rows, and must neither be half visible nor hold
// the write lock for seconds. Its rows are inserted in short transactions with
// identities above lists.loaded, the mark up to which a list is visible; the last
// transaction raises the mark. Who reads contacts by list must respect the mark.
// Contacts that are added one by one meanwhile get identities that the import left
// below its own, and the mark rises over them. The rows go in by a connection of the
// import's own, which others share the write lock with as with another process.
// The numbers of contacts in each status are kept in the table tallies, by
// triggers and by that last transaction, so that no claim has to count.
//
// # Who owns what
//
// [Store] is safe for concurrent use. It has no goroutines of its own besides
// those of database/sql, which [Store.Close] ends. It logs nothing: errors are
// faults ([fault.Error]) with a kind by SQLite's result code.
package store
