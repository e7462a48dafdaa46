package main

import (
	"math"
	"os"
	"testing"

	"github.com/outdial/outdial/internal/telephony"
)

func TestMain(m *testing.M) {
	telephony.LiftLimits() // as main does
	os.Exit(m.Run())
}

func TestALegTakesTwoFiles(t *testing.T) {
	for files, legs := range map[uint64]int{0: math.MaxInt, 512: 0, 1024: 12, 20000: 9500, math.MaxUint64: math.MaxInt32} {
		if got := legsWithin(files); got != legs {
			t.Errorf("%d files are enough for %d legs, want %d", files, got, legs)
		}
	}
}
