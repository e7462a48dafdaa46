//go:build race

package media

// raced tells that the race detector is on: then a sync.Pool loses some of what is
// put into it, on purpose, and so allocates.
const raced = true
