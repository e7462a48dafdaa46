package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Clocks is a reading of the clocks of the machine and of processes.
type Clocks struct {
	at     time.Time
	idle   time.Duration // of all cores, as stolen
	stolen time.Duration
	spent  []time.Duration // by each process
	user   []time.Duration // of it; the kernel counts it in ticks
	system []time.Duration
}

// tick is the unit of /proc/stat and /proc/PID/stat (USER_HZ, a hundredth everywhere).
const tick = 10 * time.Millisecond

// ReadClocks reads the clocks of the machine and of processes.
func ReadClocks(pids ...int) (c Clocks, err error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return c, err
	}
	c.at = time.Now()
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line) // cpu user nice system idle iowait irq softirq steal …
	if len(fields) < 9 {
		return c, fmt.Errorf("/proc/stat begins with %q", line)
	}
	c.idle, c.stolen = ticks(fields[4])+ticks(fields[5]), ticks(fields[8])
	for _, pid := range pids {
		spent, err := processTime(pid)
		if err != nil {
			return c, fmt.Errorf("the clock of process %d: %w", pid, err)
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return c, err
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // state, …, utime, stime as 14 and 15 of proc(5)
		if len(fields) < 13 {
			return c, fmt.Errorf("/proc/%d/stat is %q", pid, stat)
		}
		c.spent = append(c.spent, spent)
		c.user, c.system = append(c.user, ticks(fields[11])), append(c.system, ticks(fields[12]))
	}
	return c, nil
}

// softirqThreads are the kernel's threads, one for each core, that work off what the
// network brings faster than the sender's own time allows.
func softirqThreads() (pids []int, err error) {
	names, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		comm, err := os.ReadFile(name)
		if err != nil || !bytes.HasPrefix(comm, []byte("ksoftirqd/")) {
			continue // a process that has ended meanwhile, or another
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			return nil, err
		}
		pids = append(pids, pid)
	}
	return pids, nil
}

func ticks(field string) time.Duration {
	n, _ := strconv.ParseInt(field, 10, 64) // the kernel writes numbers
	return time.Duration(n) * tick
}

// Usage is what was spent between two readings, in cores.
type Usage struct {
	Length time.Duration
	Busy   float64   // the machine, whoever it was
	Steal  float64   // a share of the machine, from 0 to 1
	Spent  []float64 // by each process
	System []float64 // of it, a share from 0 to 1
}

// Since tells what was spent from one reading to the next.
func (c Clocks) Since(before Clocks) Usage {
	u := Usage{Length: c.at.Sub(before.at)}
	cores := float64(runtime.NumCPU())
	per := func(d time.Duration) float64 { return d.Seconds() / u.Length.Seconds() }
	u.Busy = cores - per(c.idle-before.idle) - per(c.stolen-before.stolen)
	u.Steal = per(c.stolen-before.stolen) / cores
	for i := range c.spent {
		u.Spent = append(u.Spent, per(c.spent[i]-before.spent[i]))
		user, system := c.user[i]-before.user[i], c.system[i]-before.system[i]
		share := 0.0
		if user+system > 0 {
			share = float64(system) / float64(user+system)
		}
		u.System = append(u.System, share)
	}
	return u
}

// memory is what a process and the kernel hold, in bytes.
type memory struct {
	resident int64 // the process
	kernel   int64 // slab and stacks of the kernel, whoever's they are; most of a socket is there
}

func readMemory(pid int) (m memory, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return m, err
	}
	all, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return m, err
	}
	m.resident = kilobytes(status, "VmRSS:")
	m.kernel = kilobytes(all, "Slab:") + kilobytes(all, "KernelStack:")
	return m, nil
}

// kilobytes finds a line such as "VmRSS: 1234 kB".
func kilobytes(text []byte, name string) int64 {
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			n, _ := strconv.ParseInt(fields[1], 10, 64) // the kernel writes numbers
			return n << 10
		}
	}
	return 0
}
