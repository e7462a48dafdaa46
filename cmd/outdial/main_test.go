package main

import (
	"os"
	"testing"

	"github.com/outdial/outdial/internal/telephony"
)

func TestMain(m *testing.M) {
	telephony.LiftLimits() // as main does
	os.Exit(m.Run())
}
