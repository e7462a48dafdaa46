package bench

import (
	"time"

	"golang.org/x/sys/unix"
)

// processTime is the CPU time of a process, to the nanosecond.
func processTime(pid int) (time.Duration, error) {
	const scheduler = 2 // CPUCLOCK_SCHED; the clock is made as clock_getcpuclockid(3) makes it
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|scheduler), &t); err != nil {
		return 0, err
	}
	return time.Duration(t.Nano()), nil
}
