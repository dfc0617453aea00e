"""Reviews written by hand, each with the motivation that it was written for.

Their words keep away from those of the taxonomy's examples.
"""

REVIEWS = (
    (
        "My best friend said yes to her fiancé in spring and I was asked to be her bridesmaid. "
        "This dress held up from the church to the last song.",
        "attending a wedding",
    ),
    (
        "The invitation read black tie and I panicked. The velvet tuxedo arrived two days later "
        "and I felt like a film star on the red carpet.",
        "evening and formal occasions",
    ),
    (
        "I pull these on most mornings without a second thought, for the supermarket, the nursery "
        "and the sofa. Washes well too.",
        "everyday wear",
    ),
    (
        "Carries my files and a tablet to the boardroom and still looks sharp after the commute. "
        "My colleagues in finance have ordered the same.",
        "work and office",
    ),
    (
        "Rolled up small in my hand luggage, came out without a crease in Lisbon, and saw six "
        "airports in nine days.",
        "travel and holidays",
    ),
    (
        "Ordered this for mum, who turns seventy on Sunday. The box with the ribbon made her day.",
        "gift for someone",
    ),
    (
        "After eight years of evening classes I finally graduated, and I wanted something on my "
        "wrist that would remind me of that day for ever.",
        "milestone and celebration",
    ),
    (
        "Heads turn when I walk in with it. Let's be honest, you buy this so that others see that "
        "you have made it.",
        "status and recognition",
    ),
    (
        "Look at the saddle stitch under a lamp: every hole is at the same angle. The calfskin is "
        "vegetable tanned and the edges are painted by hand.",
        "craftsmanship and materials",
    ),
    (
        "I have bunions and a twelve hour shift on my feet, and not once did these loafers rub. "
        "Like walking on cushions.",
        "comfort",
    ),
    (
        "Minus eighteen in Helsinki and a gale from the sea, and I did not shiver once in this "
        "parka. The hood stays up in the storm.",
        "warmth and weather",
    ),
    (
        "My first one is from 2009 and it still does not show a worn corner. Buy once, and you "
        "will never need to replace it.",
        "durability and investment",
    ),
    (
        "I had it in my basket for months and pounced at forty percent off. At that money it is a "
        "steal, full price would be silly.",
        "value for money",
    ),
    (
        "No animal had to suffer, the fibres come from old fishing nets, and the label tells you "
        "which factory and what its workers earn.",
        "sustainability and ethics",
    ),
    (
        "Exactly the shade of cognac I hunted for to go with my boots, and it lifts a plain navy "
        "suit. I pair it with nearly everything.",
        "matching and styling",
    ),
    (
        "I am short and curvy and most skirts make me look like a tent. This one nips in where it "
        "should and skims over my hips.",
        "flattering fit",
    ),
    (
        "Nobody gave me anything for Valentine's Day, so I bought it for me. A bit naughty, but I "
        "deserve something nice after those exams.",
        "self reward",
    ),
    (
        "The clasp has not changed since 1932. My great aunt had one, and I like owning a piece of "
        "the maison's past.",
        "heritage and tradition",
    ),
    (
        "Every influencer has this silhouette right now and it sells out in an hour. So happy that "
        "I got one of this autumn's drop.",
        "trend and novelty",
    ),
    (
        "Muddy lanes, picnics, a Saturday by the lake with the children: that is where this jacket "
        "lives, and it brushes clean.",
        "weekend and outdoors",
    ),
    (
        "My husband has wanted a proper cashmere scarf for ages, and he found this under the tree.",
        "gift for someone",
    ),
    (
        "Threw it over my gown for the opera premiere and the champagne afterwards. So glamorous.",
        "evening and formal occasions",
    ),
    (
        "The merino is feather light and never scratches my neck, I nap in it on Sundays.",
        "comfort",
    ),
    (
        "We flew to Bali with one rucksack each, and these sandals went from the plane to the "
        "beach to the temple.",
        "travel and holidays",
    ),
)
