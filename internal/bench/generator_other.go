//go:build !linux

package bench

import (
	"errors"
	"io"
	"time"
)

// errLinux: far ends need Linux's sockets and its clocks of processes.
var errLinux = errors.New("outdial bench runs on Linux only")

// Generate runs on Linux only.
func Generate(io.Reader, io.Writer) error { return errLinux }

// Network runs on Linux only.
func Network(io.Reader, io.Writer) error { return errLinux }

func processTime(int) (time.Duration, error) { return 0, errLinux }
