package pacing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/pacing"
)

// A decision must be cheap: the floor takes one at each event.
func BenchmarkPredict(b *testing.B) {
	for _, flights := range []int{10, 100, 700} {
		for _, classes := range []int{1, 6} {
			b.Run(fmt.Sprintf("%d in the air, %d classes", flights, classes), func(b *testing.B) {
				p := pacing.New(pacing.Policy{}, pacing.Start())
				a := pacing.Air{Now: morning, Idle: 3, Room: -1}
				for i := range flights {
					a.Flights = append(a.Flights, pacing.Flight{Placed: morning.Add(-time.Duration(i*28_000/flights) * time.Millisecond), Class: pacing.Class{Hour: i % classes}})
				}
				b.ReportAllocs()
				for i := range b.N {
					if i%2 == 0 {
						p.Landed(pacing.Class{}, 9*time.Second, i%8 == 0)
					}
					p.Predict(a)
				}
			})
		}
	}
}

func BenchmarkWhy(b *testing.B) {
	d := pacing.New(pacing.Policy{}, pacing.Start()).Predict(pacing.Air{Now: morning, Idle: 3, Room: -1})
	b.ReportAllocs()
	for range b.N {
		_ = d.Why()
	}
}
