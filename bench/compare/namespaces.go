package main

import (
	"fmt"
	"net/netip"
	"os/exec"
	"strings"
)

// The namespaces, and their addresses at the ends of the link between them.
const (
	farSpace    = "outdial-far"
	nearSpace   = "outdial-near"
	farAddress  = "198.18.0.1" // of the block for benchmarks (RFC 2544 appendix C.2.2)
	nearAddress = "198.18.0.2"
)

// makeNamespaces makes two namespaces, joined by a pair of virtual Ethernet devices.
func (c *comparison) makeNamespaces() error {
	for _, command := range []string{
		"netns add " + farSpace,
		"netns add " + nearSpace,
		"link add far0 netns " + farSpace + " type veth peer name near0 netns " + nearSpace,
		"-n " + farSpace + " addr add " + farAddress + "/24 dev far0",
		"-n " + nearSpace + " addr add " + nearAddress + "/24 dev near0",
		"-n " + farSpace + " link set lo up",
		"-n " + nearSpace + " link set lo up",
		"-n " + farSpace + " link set far0 up",
		"-n " + nearSpace + " link set near0 up",
	} {
		if err := ip(command); err != nil {
			return err
		}
	}
	c.far, c.near = netip.MustParseAddr(farAddress), netip.MustParseAddr(nearAddress)
	c.farBy = []string{"ip", "netns", "exec", farSpace}
	c.nearBy = []string{"ip", "netns", "exec", nearSpace}
	return nil
}

// removeNamespaces removes those that there are.
func (c *comparison) removeNamespaces() error {
	there, err := exec.Command("ip", "netns", "list").Output()
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(there)) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); name == farSpace || name == nearSpace {
			if err := ip("netns del " + name); err != nil {
				return err
			}
		}
	}
	return nil
}

func ip(command string) error {
	if out, err := exec.Command("ip", strings.Fields(command)...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", command, err, out)
	}
	return nil
}
