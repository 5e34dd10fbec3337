//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package ivs

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"privateplayback/internal/fakeaws/apierror"
)

var (
	labelPattern = regexp.MustCompile(`^[0-9a-f]{12}$`)
	idPattern    = regexp.MustCompile(`^[a-zA-Z0-9]{12}$`)
)

// Restore takes up where another Service's State left off, with the same ARNs,
// playback URLs and stream keys; for these both need the same Options.Derive.
// Call it on a Service without channels and keys, before the first request.
//
// Everything is checked as when it was made. The error names the first bad
// member, "Channels[0]: …", and then nothing is restored.
func (s *Service) Restore(state State) error {
	switch {
	case state.Version != stateVersion:
		return fmt.Errorf("Version: %d, want %d", state.Version, stateVersion)
	case !labelPattern.MatchString(state.AccountLabel), !labelPattern.MatchString(state.EdgeLabel):
		return fmt.Errorf("AccountLabel, EdgeLabel: %q and %q are not both 12 hexadecimal digits", state.AccountLabel, state.EdgeLabel)
	}
	fresh := New(Options{Region: s.region, AccountID: s.account, Derive: s.derive})
	fresh.setLabels(state.AccountLabel, state.EdgeLabel)
	err := restored("PlaybackKeyPairs", state.PlaybackKeyPairs, maxKeyPairs, fresh.restoreKey)
	if err == nil {
		err = restored("Channels", state.Channels, maxChannels, fresh.restoreChannel)
	}
	if err == nil {
		err = restored("UsedTokens", state.UsedTokens, -1, fresh.restoreUse)
	}
	if err == nil {
		err = restored("Revocations", state.Revocations, -1, fresh.restoreRevocation)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.keys)+len(s.channels) > 0 {
		return errors.New("there are channels or keys already; restore before that")
	}
	s.setLabels(state.AccountLabel, state.EdgeLabel)
	s.keys, s.channels, s.spent, s.revocations = fresh.keys, fresh.channels, fresh.spent, fresh.revocations
	return nil
}

// restored puts a member's items into a Service; most is -1 without a quota.
func restored[T any](member string, list []T, most int, put func(T) error) error {
	if most >= 0 && len(list) > most {
		return fmt.Errorf("%s: %d items, at most %d", member, len(list), most)
	}
	for i, item := range list {
		err := put(item)
		if refused, ok := errors.AsType[*apierror.Error](err); ok {
			err = fmt.Errorf("%s: %s", refused.Code, refused.Message)
		}
		if err != nil {
			return fmt.Errorf("%s[%d]: %w", member, i, err)
		}
	}
	return nil
}

// idOf reads the id from an ARN of this account and region.
func (s *Service) idOf(resourceType, arn string) (string, error) {
	id, ok := strings.CutPrefix(arn, s.arn(resourceType, ""))
	if !ok || !idPattern.MatchString(id) {
		return "", fmt.Errorf("ARN %q is not that of a %s of account %s in region %s", arn, resourceType, s.account, s.region)
	}
	return id, nil
}

func (s *Service) restoreKey(kept PlaybackKeyPairState) error {
	if _, err := s.idOf(typePlaybackKey, kept.ARN); err != nil {
		return err
	}
	if _, twice := s.keys[kept.ARN]; twice {
		return fmt.Errorf("ARN %q is there twice", kept.ARN)
	}
	pair, err := s.ImportPlaybackKeyPair(kept.Name, kept.PublicKeyMaterial)
	if err != nil {
		return err
	}
	key := s.keys[pair.ARN]
	delete(s.keys, pair.ARN)
	key.ARN = kept.ARN
	s.keys[kept.ARN] = key
	return nil
}

func (s *Service) restoreChannel(kept ChannelState) error {
	id, err := s.idOf(typeChannel, kept.ARN)
	if err != nil {
		return err
	}
	keyID, err := s.idOf(typeStreamKey, kept.StreamKeyARN)
	if err != nil {
		return err
	}
	for _, old := range s.channels {
		if old.ARN == kept.ARN || old.key.ARN == kept.StreamKeyARN {
			return fmt.Errorf("ARN %q or StreamKeyARN %q is there twice", kept.ARN, kept.StreamKeyARN)
		}
	}
	if s.derive == nil {
		return errors.New("StreamKeyARN: its value needs Options.Derive")
	}
	s.channels[kept.ARN] = s.newChannel(id, keyID, kept.ChannelConfig)
	return kept.validate("Restore")
}

func (s *Service) restoreUse(kept UsedTokenState) error {
	_, twice := s.spent[kept.UUID]
	if twice || !uuidPattern.MatchString(kept.UUID) || kept.UUID != strings.ToLower(kept.UUID) {
		return fmt.Errorf("UUID %q is malformed or there twice", kept.UUID)
	}
	s.spent[kept.UUID] = kept.Expires
	return nil
}

func (s *Service) restoreRevocation(kept RevocationState) error {
	if err := kept.validate("Restore"); err != nil {
		return err
	}
	if s.channels[kept.ChannelARN] == nil {
		return fmt.Errorf("ChannelARN: there is no channel %q", kept.ChannelARN)
	}
	who := viewer{kept.ChannelARN, kept.ViewerID}
	if _, twice := s.revocations[who]; twice {
		return fmt.Errorf("ViewerID: %q is there twice", kept.ViewerID)
	}
	s.revocations[who] = revocation{kept.VersionsLessThanOrEqualTo, kept.Until}
	return nil
}
