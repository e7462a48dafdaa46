// The program that forwards settled RTP, at tcx ingress. The package comment of
// package forward is its manual; `make bpf` compiles it.

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

// Lets the next program, and at last the socket, have the packet (TCX_NEXT).
#define UP -1

#define LOOPBACK 1 // its index in every network namespace
#define INET 2
#define INET6 10
#define FRAGMENT 0x3fff // there are more, or it is not the first
#define HOST 0 // a packet to this machine (PACKET_HOST)
#define CHECKSUM (sizeof(struct udphdr) - 2)

// Whose a flow is; flow.go knows the others.
#define OPEN 0
#define INSIDE 1

struct rtp {
	__u8 first; // version, padding, extension, number of CSRCs
	__u8 type; // marker, payload type
	__be16 seq;
	__be32 ts;
	__be32 ssrc;
};

// The headers of a packet, but for Ethernet's; also as words, to be summed.
union four {
	struct {
		struct iphdr ip;
		struct udphdr udp;
		struct rtp rtp;
	};
	__be32 words[10];
};

union six {
	struct {
		struct ipv6hdr ip;
		struct udphdr udp;
		struct rtp rtp;
	};
	__be32 words[15];
};

// One direction of a call. Userspace writes it while it is its own.
struct flow {
	__u32 owner;
	__u32 tap; // its number and 1; 0 is none

	// What arrives. Addresses of IPv4 are in the first word.
	__be32 local[4];
	__be32 remote[4];
	__be16 local_port;
	__be16 remote_port;
	__be32 ssrc;
	__u32 span; // ticks of a packet
	__u16 size; // of its payload
	__u8 version; // of IP
	__u8 type; // of its payload

	// What leaves.
	__be32 from[4];
	__be32 to[4];
	__be32 hop[4]; // the neighbour on the way
	__be16 from_port;
	__be16 to_port;
	__be32 out_ssrc;
	__u32 device; // LOOPBACK: it stays on this machine
	__u32 ts_shift;
	__u16 seq_shift;
	__u8 out_type;
	__u8 spare;

	// The newest packet, and what was counted.
	__u16 seq;
	__u16 spare2;
	__u32 ts;
	__u64 packets;
	__u64 last; // ns of CLOCK_MONOTONIC
	__u64 jitter; // ns, times 16 (RFC 3550 appendix A.8)
};

#define FRAMES 16
#define FRAME 240

struct frame {
	__u64 at;
	__u32 ts;
	__u16 seq;
	__u16 size;
	__u8 payload[FRAME];
};

// What passed on a flow, for those who listen.
struct tap {
	__u64 written;
	struct frame frames[FRAMES];
};

// How many there are is set when they are loaded.
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct flow);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tap);
} taps SEC(".maps");

// The port of the first flow; each has an even one.
const volatile __u16 first_port;

// Takes the flow of a port, or tells that it is not to be had. No program waits:
// what another one holds, on another CPU, goes up.
static __always_inline struct flow *enter(__be16 port)
{
	__u32 place = (__u16)(bpf_ntohs(port) - first_port);
	struct flow *f;

	if (place & 1)
		return 0;
	place >>= 1;
	f = bpf_map_lookup_elem(&flows, &place);
	if (!f || f->owner != OPEN || __sync_val_compare_and_swap(&f->owner, OPEN, INSIDE) != OPEN)
		return 0;
	return f;
}

static __always_inline void leave(struct flow *f)
{
	__sync_lock_test_and_set(&f->owner, OPEN);
}

// Tells whether it is the next packet of the flow.
static __always_inline bool next(struct flow *f, struct udphdr *udp, struct rtp *rtp)
{
	return udp->source == f->remote_port && udp->dest == f->local_port &&
	       bpf_ntohs(udp->len) == sizeof(*udp) + sizeof(*rtp) + f->size &&
	       rtp->first == 0x80 && (rtp->type & 0x7f) == f->type && rtp->ssrc == f->ssrc &&
	       bpf_ntohs(rtp->seq) == (__u16)(f->seq + 1) && bpf_ntohl(rtp->ts) == f->ts + f->span;
}

static __always_inline bool same(__be32 *a, __be32 *b)
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static __always_inline void copy(__be32 *to, __be32 *from)
{
	to[0] = from[0], to[1] = from[1], to[2] = from[2], to[3] = from[3];
}

static __always_inline void renumber(struct flow *f, struct udphdr *udp, struct rtp *rtp)
{
	udp->source = f->from_port;
	udp->dest = f->to_port;
	rtp->type = (rtp->type & 0x80) | f->out_type;
	rtp->seq = bpf_htons(bpf_ntohs(rtp->seq) + f->seq_shift);
	rtp->ts = bpf_htonl(bpf_ntohl(rtp->ts) + f->ts_shift);
	rtp->ssrc = f->out_ssrc;
}

// Sums up what words were and are, for a checksum (RFC 1624).
static __always_inline __u32 difference(__be32 *was, __be32 *is, int from, int to)
{
	__u64 sum = 0;

#pragma unroll
	for (int i = from; i < to; i++)
		sum += (__u64)(__u32)~was[i] + is[i];
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (sum & 0xffffffff) + (sum >> 32);
}

static __always_inline __u16 folded(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

// Writes the headers, and has the kernel mend the UDP checksum: only it knows
// whether the device is still to make that. A checksum of 0 stays none.
static __always_inline bool store(struct __sk_buff *skb, void *headers, __u32 size, __u32 udp, __u32 addresses, __u32 rest)
{
	__u32 at = ETH_HLEN + udp + CHECKSUM;

	if (bpf_skb_store_bytes(skb, ETH_HLEN, headers, size, 0))
		return false;
	bpf_l4_csum_replace(skb, at, 0, addresses, BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0);
	bpf_l4_csum_replace(skb, at, 0, rest, BPF_F_MARK_MANGLED_0);
	return true;
}

// Lets those who listen have the payload.
static __always_inline void tell(struct __sk_buff *skb, struct flow *f, struct rtp *rtp, __u32 start, __u64 now)
{
	__u32 place = f->tap - 1, size = f->size;
	struct frame *frame;
	struct tap *t;

	if (!f->tap || size == 0 || size > FRAME)
		return;
	t = bpf_map_lookup_elem(&taps, &place);
	if (!t)
		return;
	frame = &t->frames[t->written % FRAMES];
	if (bpf_skb_load_bytes(skb, start, frame->payload, size))
		return;
	frame->at = now;
	frame->ts = bpf_ntohl(rtp->ts);
	frame->seq = bpf_ntohs(rtp->seq);
	frame->size = size;
	__sync_lock_test_and_set(&t->written, t->written + 1);
}

static __always_inline void count(struct flow *f, struct rtp *rtp, __u64 now)
{
	__s64 off = now - f->last - (__u64)f->span * 125000; // a tick is 1/8000 s

	f->jitter += (off < 0 ? -off : off) - ((f->jitter + 8) >> 4);
	f->last = now;
	f->seq = bpf_ntohs(rtp->seq);
	f->ts = bpf_ntohl(rtp->ts);
	f->packets++;
}

static __always_inline bool pass4(struct __sk_buff *skb, struct flow *f, union four *was)
{
	union four is = *was;
	__u64 now;

	if (f->version != 4 || was->ip.daddr != f->local[0] || was->ip.saddr != f->remote[0] ||
	    bpf_ntohs(was->ip.tot_len) != sizeof(is) + f->size || skb->len != ETH_HLEN + sizeof(is) + f->size ||
	    !next(f, &was->udp, &was->rtp))
		return false;
	is.ip.saddr = f->from[0];
	is.ip.daddr = f->to[0];
	is.ip.tos = 0;
	is.ip.ttl--;
	is.ip.check = ~folded((__u64)(__u16)~was->ip.check + difference(was->words, is.words, 0, 5));
	renumber(f, &is.udp, &is.rtp);
	if (!store(skb, &is, sizeof(is), sizeof(is.ip), difference(was->words, is.words, 3, 5), difference(was->words, is.words, 5, 10)))
		return false;
	now = bpf_ktime_get_ns();
	tell(skb, f, &was->rtp, ETH_HLEN + sizeof(is), now);
	count(f, &was->rtp, now);
	return true;
}

static __always_inline bool pass6(struct __sk_buff *skb, struct flow *f, union six *was)
{
	union six is = *was;
	__u64 now;

	if (f->version != 6 || !same((__be32 *)&was->ip.daddr, f->local) || !same((__be32 *)&was->ip.saddr, f->remote) ||
	    bpf_ntohs(was->ip.payload_len) != sizeof(is) - sizeof(is.ip) + f->size || skb->len != ETH_HLEN + sizeof(is) + f->size ||
	    !next(f, &was->udp, &was->rtp))
		return false;
	copy((__be32 *)&is.ip.saddr, f->from);
	copy((__be32 *)&is.ip.daddr, f->to);
	is.words[0] = bpf_htonl(6 << 28); // no class and no label
	is.ip.hop_limit--;
	renumber(f, &is.udp, &is.rtp);
	if (!store(skb, &is, sizeof(is), sizeof(is.ip), difference(was->words, is.words, 2, 10), difference(was->words, is.words, 10, 15)))
		return false;
	now = bpf_ktime_get_ns();
	tell(skb, f, &was->rtp, ETH_HLEN + sizeof(is), now);
	count(f, &was->rtp, now);
	return true;
}

// Where the packet of a flow goes.
struct way {
	__u32 device;
	struct bpf_redir_neigh hop;
};

// Tells whether the flow leaves by where it came: what is on loopback stays there.
static __always_inline bool fits(struct __sk_buff *skb, struct flow *f, struct way *w, __u32 family)
{
	w->device = f->device;
	w->hop.nh_family = family;
	copy(w->hop.ipv6_nh, f->hop);
	return (f->device == LOOPBACK) == (skb->ifindex == LOOPBACK);
}

static __always_inline bool take4(struct __sk_buff *skb, struct way *w)
{
	union four p;
	struct flow *f;
	bool passed;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &p, sizeof(p)) || p.ip.version != 4 || p.ip.ihl != 5 || p.ip.protocol != IPPROTO_UDP ||
	    p.ip.frag_off & bpf_htons(FRAGMENT) || p.ip.ttl < 2)
		return false;
	f = enter(p.udp.dest);
	if (!f)
		return false;
	passed = fits(skb, f, w, INET) && pass4(skb, f, &p);
	leave(f);
	return passed;
}

static __always_inline bool take6(struct __sk_buff *skb, struct way *w)
{
	union six p;
	struct flow *f;
	bool passed;

	if (bpf_skb_load_bytes(skb, ETH_HLEN, &p, sizeof(p)) || p.ip.version != 6 || p.ip.nexthdr != IPPROTO_UDP ||
	    p.ip.hop_limit < 2 || p.udp.check == 0)
		return false;
	f = enter(p.udp.dest);
	if (!f)
		return false;
	passed = fits(skb, f, w, INET6) && pass6(skb, f, &p);
	leave(f);
	return passed;
}

SEC("tcx/ingress")
int forward(struct __sk_buff *skb)
{
	struct way w = {};

	if (skb->pkt_type != HOST || skb->vlan_present || skb->gso_size)
		return UP;
	switch (skb->protocol) {
	case bpf_htons(ETH_P_IP):
		if (!take4(skb, &w))
			return UP;
		break;
	case bpf_htons(ETH_P_IPV6):
		if (!take6(skb, &w))
			return UP;
		break;
	default:
		return UP;
	}
	if (w.device == LOOPBACK)
		return UP; // the address in it is another now
	return bpf_redirect_neigh(w.device, &w.hop, sizeof(w.hop), 0);
}

char LICENSE[] SEC("license") = "Apache-2.0";
