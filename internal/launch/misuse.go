package launch

import "errors"

// misuse marks an error as the caller's: a flag, a file or a setting that cannot be understood.
type misuse struct{ error }

func (m misuse) Unwrap() error { return m.error }

// Misused marks an error as the caller's.
func Misused(err error) error {
	if err == nil {
		return nil
	}
	return misuse{err}
}

// IsMisused says that an error is the caller's.
func IsMisused(err error) bool {
	_, is := errors.AsType[misuse](err)
	return is
}
