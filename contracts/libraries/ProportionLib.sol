// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ProportionLib: whether two measured rates differ by more than chance
/// @notice Twin: `domain/proportion.ts`.
library ProportionLib {
    /// @dev bps in a rate of 1.
    uint256 private constant ONE = 10_000;

    /// @notice The two-proportion test with pooled variance: (x1·n2 − x2·n1)²·(n1 + n2) > z²·(x1 + x2)·(n1 + n2 − x1 − x2)·n1·n2, where
    /// x = rate·n. Exact: no division, no root. Rates without evidence never differ.
    /// @dev Both sides are divided by n1·n2 and multiplied by 10⁴ of bps and of shares until no fraction is left. A mean of grades between 0 and 1
    /// varies at most as much as a share of rights and wrongs with the same mean, so the test errs towards "no difference".
    /// @param scoreBps1 At most 10,000, as is the other.
    /// @param itemsShare1 items · shareBps, < 2^30, as is the other: the items behind the rate, in units of 1/10,000 item.
    /// @param z2 At most 100.
    function differ(
        uint256 scoreBps1,
        uint256 itemsShare1,
        uint256 scoreBps2,
        uint256 itemsShare2,
        uint256 z2
    ) internal pure returns (bool) {
        // Left: 2^30·2^30·2^28·2^31 < 2^120. Right: 2^7·2^14·2^45·2^45 < 2^112. The pool of successes is at most ONE·items.
        unchecked {
            uint256 distance = scoreBps1 > scoreBps2 ? scoreBps1 - scoreBps2 : scoreBps2 - scoreBps1;
            uint256 items = itemsShare1 + itemsShare2;
            uint256 successes = scoreBps1 * itemsShare1 + scoreBps2 * itemsShare2;
            return
                itemsShare1 * itemsShare2 * distance * distance * items >
                z2 * ONE * successes * (ONE * items - successes);
        }
    }
}
