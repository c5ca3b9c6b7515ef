"""English for the demo site; the fields are explained in lexicon.py."""

from scrapers.demo_site.lexicon import Aspect, Language, Topic

BOOKS = Topic(
    copulas="is/are; was/were",
    thing="the book; it; a book",
    times="""over Easter; at the cabin last summer; on the train to work; over a long weekend
        while the kids were asleep""",
    others="in “{other}”",
    aspects=(
        Aspect(
            subjects="the plot; the story; the mystery at the heart of it; the first half",
            good="gripping; original; clever; believable; =full of surprises",
            fair="conventional; =easy to follow; ordinary",
            bad="dull; predictable; confusing; thin; far-fetched",
            praise="""I|could|not|put it down
                the story|had||me hooked from the first page
                there|is|always|another twist around the corner""",
            shrug="""the story|takes||a while to get going
                things|turn||out more or less as you would expect""",
            blame="""I|guessed||the ending long before halfway
                nothing|happens||for the first hundred pages
                I|lost||the thread more than once""",
        ),
        Aspect(
            subjects="the characters:p; the heroine; the minor characters:p",
            good="vivid; complex; convincing; likeable",
            fair="familiar; ordinary",
            bad="flat; unlikeable; wooden; forgettable",
            praise="""I|already||miss the people in this book
                everyone|gets||a voice of their own""",
            shrug="""I|got||to know them well enough""",
            blame="""I|never||cared what happened to any of them
                everybody|sounds||exactly the same""",
        ),
        Aspect(
            subjects="the writing; the dialogue; the translation; the prose",
            good="beautiful; fresh; precise; witty",
            fair="plain; straightforward; simple",
            bad="heavy; clumsy; stilted; careless",
            praise="""the sentences|flow||from start to finish
                the dialogue|rings||true""",
            shrug="""the prose|does|not|get in the way of the story""",
            blame="""there|are||typos on nearly every page
                the same phrases|keep||coming back""",
        ),
        Aspect(
            subjects="the ending; the final chapter; the conclusion",
            good="surprising; satisfying; moving",
            fair="open; quiet",
            bad="abrupt; sentimental; disappointing; rushed",
            praise="""everything|falls||into place at the end""",
            shrug="""a few questions|are||left unanswered""",
            blame="""the ending|comes||out of nowhere""",
        ),
    ),
    verdicts=(
        "I gave up after two thirds.; This one goes straight to the charity shop.",
        "The idea is better than the book.; It should have been half as long.",
        "Good enough for a train journey.; I finished it, but I will not read it again.",
        "Looking forward to the next one in the series.; A good choice for a book club.",
        "The best thing I have read all year.; I started again as soon as I had finished.",
    ),
    titles=(
        "Gave up; A waste of time",
        "Expected more",
        "A decent read; Uneven",
        "A good read; Well worth it",
        "Brilliant; Read it!",
    ),
    stories="""I read {thing} {time}.
        I got it from {who} for {occasion}.
        We read it in our book club {time}.
        It runs to {number} hundred pages, and I read it {time}.""",
)

RESTAURANTS = Topic(
    copulas="was/were",
    thing="the restaurant; it; a restaurant",
    times="last Friday; on our wedding anniversary; during our holiday in Norway; after work one Thursday; last night",
    others="at {other}",
    aspects=(
        Aspect(
            subjects="the food; the fish; the main course; the meat",
            good="delicious; fresh; tasty; juicy; =full of flavour",
            fair="ordinary; mild; simple",
            bad="bland; lukewarm; dry; greasy; overcooked",
            praise="""the meat|melted||in the mouth
                we|talked||about the dessert all the way home""",
            shrug="""the food|tasted||much as it does at home
                we|did|not|leave hungry""",
            blame="""the potatoes|were|still|raw in the middle
                half of it|went||back to the kitchen
                I|was||ill the same night""",
        ),
        Aspect(
            subjects="the waiter; the staff; the service",
            good="friendly; attentive; knowledgeable; welcoming",
            fair="polite; correct",
            bad="rude; uninterested; stressed; arrogant",
            praise="""they|welcomed||us like old friends
                the waiter|knew||everything about the wine""",
            shrug="""we|got||what we asked for""",
            blame="""we|had||to ask three times for water
                they|forgot||half of our order""",
        ),
        Aspect(
            subjects="the price; the bill; the wine list",
            good="reasonable; fair; modest",
            fair="=as expected; normal",
            bad="steep; unreasonable; outrageous",
            praise="""we|got||a lot for our money""",
            shrug="""we|paid||about what we had planned""",
            blame="""we|paid||far too much for two small plates""",
        ),
        Aspect(
            subjects="the room; the atmosphere; the music",
            good="cosy; relaxed; charming",
            fair="simple; plain",
            bad="noisy; cramped; draughty; tiring",
            praise="""the view|was||worth the trip alone""",
            shrug="""the room|has||seen better days, but it was clean""",
            blame="""we|had||to shout to hear each other""",
        ),
    ),
    verdicts=(
        "We will never set foot here again.; We went for a hot dog afterwards.",
        "We will try somewhere else next time.; An expensive disappointment.",
        "Fine if you happen to be nearby.; Filling, nothing more.",
        "We will gladly come back.; A pleasant evening all in all.",
        "The best table in town if you ask me.; We have already booked again.",
    ),
    titles=(
        "Never again; Avoid",
        "Disappointed; Overpriced",
        "All right; Mixed",
        "Good food; A nice evening",
        "Fantastic!; Best in town",
    ),
    stories="""There were {number} of us, and we ate here {time}.
        We celebrated {occasion} here.
        I chose {dish}, and {who} had {dish2}.""",
)

DOCTORS = Topic(
    copulas="is/are; was/were",
    thing="the surgery; it; a surgery",
    times="last week; after we moved here; when my son had a fever; last autumn",
    others="at {other}",
    aspects=(
        Aspect(
            subjects="the waiting time; the queue",
            good="short; manageable; predictable",
            fair="acceptable; =the same as elsewhere",
            bad="long; unreasonable; unpredictable",
            praise="""I|got||an appointment the same day""",
            shrug="""I|waited||a quarter of an hour, as usual""",
            blame="""I|sat||in the waiting room for two hours
                I|had||to wait five weeks for an appointment""",
        ),
        Aspect(
            subjects="the doctors:p; the locum; the nurses:p",
            good="thorough; patient; caring; attentive",
            fair="businesslike; correct",
            bad="dismissive; superficial; condescending; rushed",
            praise="""they|took||me seriously from the start
                the doctor|answered||all my questions""",
            shrug="""the doctor|answered||what I asked and no more""",
            blame="""I|was|constantly|interrupted
                the doctor|looked||more at the screen than at me""",
        ),
        Aspect(
            subjects="the phone line; the booking system; the reception",
            good="friendly; efficient; helpful",
            fair="adequate; =a little old-fashioned",
            bad="unfriendly; chaotic; hopeless",
            praise="""they|pick||up after a couple of rings""",
            shrug="""it|is||easier to write than to call""",
            blame="""nobody|ever||answers the phone
                I|spent||forty minutes on hold""",
        ),
    ),
    verdicts=(
        "I have asked for another doctor.; You only get help here if you are well.",
        "I am thinking of changing.; It just is not good enough.",
        "It depends on whom you see.; It works when nothing is urgent.",
        "I feel I am in safe hands here.; Mostly very happy with the surgery.",
        "This is how every surgery should be.; Many thanks to everyone who works here.",
    ),
    titles=("A disaster; Hopeless", "Nobody listened", "It varies", "Safe hands; Satisfied", "Highly recommended"),
    stories="""I was here {time}.
        I have been coming here for {number} years.
        {who} goes here as well.""",
)

APPS = Topic(
    copulas="is/are",
    thing="the app; it; an app",
    times="last summer; last autumn",
    others="in {other}",
    aspects=(
        Aspect(
            subjects="the app; the latest version; the update",
            good="stable; fast; solid; reliable",
            fair="usable; =a bit slow; decent",
            bad="unstable; slow; unreliable; buggy",
            praise="""the app|has|never|crashed on me
                everything|works||as it should, even offline""",
            shrug="""it|does||what it says and no more
                there|are||a few small bugs here and there""",
            blame="""the app|crashes||every time I open it
                I|get||nothing but a white screen
                everything I had saved|disappeared||overnight""",
        ),
        Aspect(
            subjects="the ads:p; the subscription; the price",
            good="discreet; reasonable; fair",
            fair="=as expected; noticeable",
            bad="intrusive; outrageous; annoying; greedy",
            praise="""I|have|never|seen a single ad""",
            shrug="""there|are||some ads, but you can close them""",
            blame="""ads|pop||up at every tap
                they|charged||me for a whole year without warning""",
        ),
        Aspect(
            subjects="the battery use; the data use",
            good="low; modest; sensible",
            fair="normal; average",
            bad="high; insane; inexplicable",
            praise="""the battery|lasts||all day with it running""",
            shrug="""it|uses||some battery, like any map""",
            blame="""the battery|is||empty before lunch""",
        ),
        Aspect(
            subjects="the design; the menus:p; the search",
            good="clear; intuitive; pretty; tidy",
            fair="simple; =a bit dated",
            bad="messy; confusing; ugly; illogical",
            praise="""even my grandfather|found||his way around""",
            shrug="""it|takes||a while to learn the menus""",
            blame="""I|can|never|find what I am looking for""",
        ),
    ),
    verdicts=(
        "Uninstalled.; Zero stars if I could.",
        "It used to be good.; Fix this and I will give more stars.",
        "Three stars for now.; It does the job, no more to say.",
        "Mostly a nice app.; Use it daily and I am happy.",
        "Five stars!; Could not do without it.",
    ),
    titles=("", "", "", "", ""),
    stories="""I have been using {thing} {since}.
        {who} told me about it.
        I have tried {number} other apps of the same kind.""",
)

WEB = Topic(
    copulas="is/are; was/were",
    thing="the shop; it; a web shop",
    times="before Christmas; last week; in the January sale; late one Sunday night; just before the holidays",
    others="at {other}",
    aspects=(
        Aspect(
            subjects="the delivery; the shipping; the tracking",
            good="fast; prompt; smooth",
            fair="=as promised; normal",
            bad="slow; unreliable; expensive",
            praise="""the parcel|was||on my doorstep the next day""",
            shrug="""the parcel|came||after a good week""",
            blame="""the parcel|was|never|delivered
                I|waited||six weeks for something that was supposed to be in stock""",
        ),
        Aspect(
            subjects="the customer service; the chat; the help",
            good="helpful; friendly; efficient",
            fair="polite; correct",
            bad="rude; dismissive; slow",
            praise="""they|sent||me a new one without any discussion""",
            shrug="""I|got||an answer in the end""",
            blame="""they|refuse||to refund me
                nobody|answers||their e-mail""",
        ),
        Aspect(
            subjects="the quality; the jacket; the lamp; the packaging",
            good="solid; lovely; durable",
            fair="=as described; simple",
            bad="poor; flimsy; faulty",
            praise="""it|looks||even better than in the picture""",
            shrug="""the colour|was||a little different from the picture""",
            blame="""the zip|broke||on the first day
                I|got||something else entirely""",
        ),
    ),
    verdicts=(
        "I will never order here again.; This is close to fraud.",
        "Next time I will go to a real shop.; Cheap turned out expensive.",
        "Fine, but I will compare prices first next time.; An average purchase.",
        "I will gladly shop here again.; Happy with what I bought.",
        "The best shop I have ordered from.; This is how it should be done!",
    ),
    titles=(
        "Fraud?; Stay away",
        "A disappointed customer",
        "Fine; It varies",
        "Satisfied; A good shop",
        "Perfect!; Impressed",
    ),
    stories="""I ordered {goods} {time}.
        I bought {goods} for {who} {time}.
        It was my first order here.""",
)

LANGUAGE = Language(
    code="en",
    plural="",
    verb_second=False,
    topics={"books": BOOKS, "restaurants": RESTAURANTS, "doctors": DOCTORS, "apps": APPS, "web": WEB},
    general={
        "good": "good; nice; !excellent; !fantastic; impressive",
        "fair": "=okay; =all right; uneven; average",
        "bad": "bad; weak; !terrible; !awful; disappointing; annoying",
    },
    very={
        "good": "very; really; incredibly; surprisingly; truly",
        "fair": "fairly; rather; quite",
        "bad": "very; rather; far too; incredibly",
    },
    utterly="absolutely; simply",
    negations={
        "good": "not|particularly; not|especially; not|exactly; never|very",
        "fair": "not|more than",
        "bad": "not|; not|in the least; by no means|",
    },
    turns="far from; anything but",
    hedges={
        "good": "actually; definitely; as always",
        "fair": "perhaps; probably; mostly",
        "bad": "unfortunately; frankly; still",
    },
    frames={
        "plain": "{a.main}.",
        "opinion": """I think {a.sub}.
            I must say that {a.sub}.
            In my opinion {a.sub}.
            There is no doubt that {a.sub}.""",
        "good": """Fortunately {a.sub}.
            The best thing is that {a.sub}.""",
        "fair": """All in all {a.sub}.
            Maybe it is just me, but {a.main}.""",
        "bad": """Sadly {a.sub}.
            The worst thing is that {a.sub}.
            What good is all the praise when {a.sub}?""",
        "pair": """{a.main}, and {b.main}.
            {a.main}. What is more, {b.main}.""",
        "contrast": """Although {a.sub}, {b.main}.
            {a.main}, but {b.main}.
            {a.main}. Still, {b.main}.
            True, {a.main}, but {b.main}.
            {b.main}, even though {a.sub}.""",
        "up": """It does not matter that {a.sub} when {b.sub}.
            I can live with the fact that {a.sub}, because {b.main}.""",
        "down": """It hardly helps that {a.sub} when {b.sub}.
            What do I care that {a.sub} when {b.sub}?""",
        "wish": """I wish I could say that {a.sub}.
            If only it were true that {a.sub}.""",
        "flip": """Others write that {a.sub}, but I do not agree at all.
            Nobody can claim that {a.sub}.""",
        "other": """{other} {a.main}, but that is not so here.
            {other} {a.main}, so this was something else.""",
        "if": "It is just a pity that {a.sub}.",
    },
    verdicts=(
        """Stay away.
        A waste of money.
        Avoid {thing} at all costs.""",
        """All in all a disappointment.
        I cannot quite recommend {thing}.""",
        """All in all perfectly okay.
        Some things are good and some are less good.""",
        """All in all I am quite happy.
        I would gladly recommend {thing}.""",
        """I recommend {thing} to everyone I know.
        It hardly gets any better than this.""",
    ),
    titles=("Terrible; Stay away", "Disappointing", "Okay; Average", "Good; Happy", "Excellent; Fantastic!"),
    expected=(
        "I expected little and got even less.; After all the praise I thought this would be good.",
        "I expected more after all the praise.; I had hoped for something else.",
        "It was about what I had expected.",
        "I did not expect much, but I was pleasantly surprised.",
        "My expectations were high, and they were more than met.",
    ),
    irony="""Thanks for nothing.
        Absolutely wonderful, if you enjoy being annoyed.
        Congratulations, the competition could not ask for better advertising.""",
    slang=("Ugh.; What a mess.", "Meh.; Nah.", "Whatever.; It will do.", "Nice.; Cool.", "Awesome!; Wow!"),
    slots={
        "day": "last week; last winter; last autumn; just before Christmas",
        "since": "since the last update; on my new phone; for half a year; every single day; at work",
        "who": "my mother; a colleague; the neighbour; my sister; an old friend; my partner",
        "occasion": "Christmas; my birthday; our anniversary; my exam",
        "number": "two; three; four; five; six; eight; ten",
        "region": "up north; by the coast; in the valley",
        "dish": "cod; fish soup; lamb shank; a vegetarian dish; mussels; meatballs",
        "goods": "a pair of boots; a winter jacket; a reading lamp; a tent; bedding; a bicycle helmet",
    },
    typos={
        " really ": " realy ",
        " definitely ": " definately ",
        " their ": " there ",
        " and ": " n ",
        " friend": " freind",
    },
)  # fmt: skip
