// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LaneLib } from "./LaneLib.sol";

/// @notice The decayed record of a version, unpacked.
struct Memory {
    /// Seven 16-bit lanes, unit 1/50,000, family order R J C P E L T, R lowest. Kept packed: hot paths walk it by shifting.
    uint256 rates;
    /// Evidence behind the rates, unit 1/4,096 item, < 2^24.
    uint256 mass;
    /// Instability, unit 1/256 item, < 2^24 (saturates).
    uint256 scar;
    /// Time up to which mass, scar and strikes have faded (unix seconds, < 2^32).
    uint256 tickedAt;
    /// Round of the last result; at first the round in which the version was registered. < 2^24.
    uint256 lastRound;
    /// Results seen, < 2^8 (saturates).
    uint256 rounds;
    /// Rounds taken over from earlier versions, unit 4 rounds, < 2^4 (saturates).
    uint256 inheritedRounds;
    /// Failing rounds that have not faded, unit 1/4,096, < 2^16 (saturates).
    uint256 strikes;
    /// Rounds without a failure still to come before admission, at most 8.
    uint256 cleanOwed;
    /// See the flag constants of MemoryLib.
    uint256 flags;
}

/// @title MemoryLib: the memory word
/// @notice One storage word per version. Twin: `domain/memory.ts`.
///
/// | bits     | field     |
/// | -------- | --------- |
/// | 0..111   | rates     |
/// | 112..135 | mass      |
/// | 136..159 | scar      |
/// | 160..191 | tickedAt  |
/// | 192..215 | lastRound |
/// | 216..223 | rounds    |
/// | 224..239 | strikes   |
/// | 240..243 | cleanOwed |
/// | 244..247 | inheritedRounds |
/// | 248..255 | flags     |
library MemoryLib {
    /// @dev A rate of 1.
    uint256 internal constant ONE = 50_000;
    /// @dev Rate units in a basis point.
    uint256 internal constant PER_BPS = 5;
    /// @dev Units of mass in an item.
    uint256 internal constant ITEM = 4_096;
    /// @dev Units of scar in an item.
    uint256 internal constant SCAR_ITEM = 256;
    /// @dev Units of `strikes` in a strike.
    uint256 internal constant STRIKE = 4_096;

    uint256 internal constant MAX_SCAR = type(uint24).max;
    uint256 internal constant MAX_ROUNDS = type(uint8).max;
    /// @dev Rounds in a unit of `inheritedRounds`.
    uint256 internal constant INHERITED_UNIT = 4;
    uint256 internal constant MAX_INHERITED = 15;
    uint256 internal constant MAX_STRIKES = type(uint16).max;

    /// @dev Admitted after a result, and proven by every result since: floors are lower by the policy's hysteresis.
    uint256 internal constant ADMITTED = 1 << 0;
    uint256 internal constant WAS_EVER_ADMITTED = 1 << 1;
    /// @dev Always set, so that the word of a known version is never 0.
    uint256 internal constant EXISTS = 1 << 2;
    /// @dev The model is in the standard lane, else in the experimental one. It stands here so that neither a result nor an admission needs another slot for it.
    uint256 internal constant STANDARD = 1 << 3;
    /// @dev Has left the standard lane and was not measured in a later round: judged by that lane's terms, and not admitted.
    uint256 internal constant LEFT = 1 << 4;
    /// @dev The last failing result froze nothing, because of the breaker or the pause: the next one does in any case.
    uint256 internal constant CONTESTED = 1 << 5;
    /// @dev A log is kept from which this memory can be replayed.
    uint256 internal constant LOGGED = 1 << 6;
    uint256 internal constant RETIRED = 1 << 7;
    /// @dev What a new version takes over.
    uint256 internal constant INHERITED_FLAGS = STANDARD | LEFT | CONTESTED | LOGGED;

    uint256 private constant RATES_MASK = (1 << 112) - 1;

    function unpack(uint256 word) internal pure returns (Memory memory self) {
        // Field by field: a struct literal would be a second one beside the empty one that is returned.
        self.rates = word & RATES_MASK;
        self.mass = (word >> 112) & 0xffffff;
        self.scar = (word >> 136) & 0xffffff;
        self.tickedAt = (word >> 160) & 0xffffffff;
        self.lastRound = (word >> 192) & 0xffffff;
        self.rounds = (word >> 216) & 0xff;
        self.strikes = (word >> 224) & 0xffff;
        self.cleanOwed = (word >> 240) & 0xf;
        self.inheritedRounds = (word >> 244) & 0xf;
        self.flags = word >> 248;
    }

    /// @dev Every field must be within the bound stated at the struct. All that write one keep it: mass by the policy's cap
    /// (≤ 4,095 items), scar, rounds and strikes by saturating, rates by being averages, tickedAt until 2106, lastRound for 2^24 epochs.
    function pack(Memory memory self) internal pure returns (uint256 word) {
        word = self.rates | (self.mass << 112) | (self.scar << 136) | (self.tickedAt << 160);
        word |= (self.lastRound << 192) | (self.rounds << 216) | (self.strikes << 224);
        word |= (self.cleanOwed << 240) | (self.inheritedRounds << 244) | (self.flags << 248);
    }

    /// @notice The memory word of a version nobody has measured yet.
    /// @param roundId The round of the running epoch: results of earlier rounds are stale for this version.
    function initial(uint256 nowAt, uint256 roundId) internal pure returns (uint256 word) {
        return (nowAt << 160) | (roundId << 192) | (EXISTS << 248);
    }

    /// @notice Makes of the memory of a version that of the model's next one, in place: a quarter of the evidence at the same rates, half of the rounds (60 at most),
    /// the whole scar, all strikes and clean rounds owed, the lane. A version that was never measured passes on all it inherited: no chain of new versions takes off more
    /// than one does. So a new version is neither a laundromat nor a reset.
    /// @dev The new memory keeps the time up to which the old one had faded, and goes on fading from there.
    function inherit(Memory memory self, uint256 roundId) internal pure {
        if (self.rounds != 0) {
            self.mass >>= 2;
            uint256 rounds = roundsOnRecord(self) / (2 * INHERITED_UNIT);
            self.inheritedRounds = rounds < MAX_INHERITED ? rounds : MAX_INHERITED;
        }
        self.lastRound = roundId;
        self.rounds = 0;
        self.flags = EXISTS | (self.flags & INHERITED_FLAGS);
    }

    /// @notice Rounds that count for maturity: the version's own, and those it took over.
    function roundsOnRecord(Memory memory self) internal pure returns (uint256) {
        unchecked {
            return self.rounds + INHERITED_UNIT * self.inheritedRounds;
        }
    }

    function rate(Memory memory self, uint256 family) internal pure returns (uint256) {
        return LaneLib.lane(self.rates, family);
    }

    function has(Memory memory self, uint256 flag) internal pure returns (bool) {
        return self.flags & flag != 0;
    }

    /// @notice Records whether the version is admitted after a result.
    function setAdmitted(Memory memory self, bool admitted) internal pure {
        self.flags = admitted ? self.flags | ADMITTED | WAS_EVER_ADMITTED : self.flags & ~ADMITTED;
    }

    /// @notice Records the lane its owner has chosen. Who leaves the standard lane stays marked until the next result, also when it comes back at once.
    function setLane(Memory memory self, bool standard) internal pure {
        if (standard) self.flags |= STANDARD;
        else if (has(self, STANDARD)) self.flags = (self.flags & ~STANDARD) | LEFT;
    }

    /// @notice Whether a failing result costs what the standard lane costs: leaving the lane before it does not make it cheaper.
    function hasStandardTerms(Memory memory self) internal pure returns (bool) {
        return has(self, STANDARD | LEFT);
    }

    /// @notice Takes all evidence behind the rates away. It can be gathered anew.
    function discredit(Memory memory self) internal pure {
        self.mass = 0;
        setAdmitted(self, false);
    }
}
