package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/internal/media"
)

// kernel is what media.kernel means.
func (j *judge) kernel(name string) {
	if _, err := media.KernelNamed(name); err != nil {
		j.bad("media.kernel", "%v", err)
	}
}

// tryKernel loads the kernel's program for a moment, if it is wanted, and tells what is
// missing.
func (j *judge) tryKernel(c config) {
	kernel, err := media.KernelNamed(c.Media.Kernel)
	address, unbound := c.mediaAddress()
	first, last, unknown := portRange(c.Media.Ports)
	if err != nil || unbound != nil || unknown != nil || kernel == media.Off {
		return // what is wrong is told elsewhere
	}
	err = media.TryKernel(media.Config{Address: address, First: first, Last: last})
	switch {
	case err == nil:
		j.note("media.kernel", "the kernel can carry calls that have settled")
	case kernel == media.Require:
		j.bad("media.kernel", "the kernel can not carry calls: %v", err)
	default:
		j.note("media.kernel", "the kernel can not carry calls, so this process does: %v", err)
	}
}

// tellKernel logs who carries bridged calls, where the kernel was asked for.
func (s *server) tellKernel() {
	switch devices, err := s.plane.Kernel(); {
	case err != nil:
		s.log.Warn("the kernel can not carry calls, so this process does", "error", err)
	case devices != nil:
		s.log.Info("the kernel carries calls that have settled", "devices", devices)
	}
}

var (
	legsBridged = prometheus.NewDesc("outdial_bridged_legs", "Legs that are bridged now, by who sends them what their partners say.", []string{"by"}, nil)
	forwarded   = prometheus.NewDesc("outdial_forwarded_packets_total", "RTP packets that were forwarded between bridged legs, by whom.", []string{"by"}, nil)
	missed      = prometheus.NewDesc("outdial_kernel_missed_packets_total", "RTP packets that the kernel forwarded and recordings and call analysis did not get to see.", nil, nil)
)

// carriedGauges are figures of who carries bridged calls.
type carriedGauges struct{ plane *media.Plane }

// Describe implements [prometheus.Collector].
func (g carriedGauges) Describe(to chan<- *prometheus.Desc) {
	to <- legsBridged
	to <- forwarded
	to <- missed
}

// Collect implements [prometheus.Collector].
func (g carriedGauges) Collect(to chan<- prometheus.Metric) {
	c := g.plane.Carried()
	to <- prometheus.MustNewConstMetric(legsBridged, prometheus.GaugeValue, float64(c.Directions), "kernel")
	to <- prometheus.MustNewConstMetric(legsBridged, prometheus.GaugeValue, float64(c.Bridged-c.Directions), "outdial")
	to <- prometheus.MustNewConstMetric(forwarded, prometheus.CounterValue, float64(c.Kernel), "kernel")
	to <- prometheus.MustNewConstMetric(forwarded, prometheus.CounterValue, float64(c.Here), "outdial")
	to <- prometheus.MustNewConstMetric(missed, prometheus.CounterValue, float64(c.Missed))
}
