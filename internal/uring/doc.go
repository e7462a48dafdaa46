// Package uring reads and sends datagrams of many sockets with few calls of the
// system, by Linux's io_uring.
//
// A [Ring] belongs to one goroutine that is locked to its thread: all its methods
// are called there, from [Open] to [Ring.Close]. It is a turn at a time:
//
//	for {
//		ring.Wait(time, least) // sends what was queued, and waits
//		ring.Take(taker)       // hands over what came, and queues what that leads to
//	}
//
// What [Ring.Send] takes is copied, so that its memory is free at once, and leaves
// with the next turn, in the order in which it was queued. What a turn hands over
// is the taker's until he returns.
//
// The saving is that of the calls: a turn that takes fifty datagrams and sends
// fifty needs one, where recv and send need a hundred. So a busy ring asks for
// several at least, and waits for them for a bounded time.
//
// It needs Linux 6.1, and a system that permits io_uring: containers often do not.
// [Open] says so, and its caller does without.
package uring
