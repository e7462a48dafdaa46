package main

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// logQueue is a writer that never waits: lines are queued and written by a
// goroutine of its own, so that a log that nobody reads can not stall the floor.
// What does not fit is dropped and counted, and the count is written when there is
// room again.
type logQueue struct {
	to    io.Writer
	lines chan []byte
	lost  atomic.Int64
	end   chan struct{}
	stop  sync.Once
	over  chan struct{}
}

// newLogQueue starts a queue for so many lines; close writes what is in it.
func newLogQueue(to io.Writer, size int) *logQueue {
	q := &logQueue{to: to, lines: make(chan []byte, size), end: make(chan struct{}), over: make(chan struct{})}
	go q.run()
	return q
}

// Write takes one line; it never fails.
func (q *logQueue) Write(line []byte) (int, error) {
	select {
	case q.lines <- bytes.Clone(line):
	default:
		q.lost.Add(1)
	}
	return len(line), nil
}

func (q *logQueue) run() {
	defer close(q.over)
	for {
		select {
		case line := <-q.lines:
			q.put(line)
		case <-q.end:
			for {
				select {
				case line := <-q.lines:
					q.put(line)
				default:
					return
				}
			}
		}
	}
}

func (q *logQueue) put(line []byte) {
	_, _ = q.to.Write(line)
	if n := q.lost.Swap(0); n > 0 {
		fmt.Fprintf(q.to, "level=WARN msg=\"the log was not read fast enough\" lost=%d\n", n)
	}
}

// close writes what is queued and stops; a log that still hangs is left alone
// after a second. Idempotent.
func (q *logQueue) close() {
	q.stop.Do(func() { close(q.end) })
	select {
	case <-q.over:
	case <-time.After(time.Second):
	}
}
