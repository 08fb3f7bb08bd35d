package cluster

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
)

// Ports are drawn below those that systems give to outgoing connections: while a broker is down, nobody must get its
// port by chance.
const (
	portMin = 20_000
	portMax = 32_000
)

// freePorts gives so many ports of loopback that nobody listens on. All are held until the last one is found.
func freePorts(ctx context.Context, count int) ([]int, error) {
	var ports []int
	for range 100 * count {
		port := portMin + rand.IntN(portMax-portMin)
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address(port))
		if err != nil {
			continue
		}
		defer func() { _ = listener.Close() }()
		if ports = append(ports, port); len(ports) == count {
			return ports, nil
		}
	}
	return nil, errors.New("no free ports were found on 127.0.0.1")
}
