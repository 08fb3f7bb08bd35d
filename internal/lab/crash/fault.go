package crash

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// Fault is a step of the relay at which a service ends itself as kill -9 would, the n-th time it comes there.
type Fault struct {
	Step  string
	Times int
}

// String is the fault as an argument of the service.
func (f Fault) String() string { return f.Step + ":" + strconv.Itoa(f.Times) }

// ParseFault reads what String wrote; "" is no fault.
func ParseFault(text string) (Fault, bool) {
	step, times, found := strings.Cut(text, ":")
	count, err := strconv.Atoi(times)
	return Fault{Step: step, Times: count}, found && err == nil
}

// Hook is called by the relay at every step of its work.
func (f Fault) Hook() func(step string) {
	var count atomic.Int64
	return func(step string) {
		if f.Times > 0 && step == f.Step && count.Add(1) == int64(f.Times) {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				_ = self.Kill()
			}
			select {} // the signal is under way
		}
	}
}
