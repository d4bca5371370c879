"""What a visitor says that is not about the item's content: greetings, thanks, who are you, say that again."""

from __future__ import annotations

import re

from feed.honesty import asks_what_you_are

_INTENTS: tuple[tuple[str, str], ...] = (
    ("silence", r"[\W_]*"),
    ("repeat", r"(?:sorry |pardon |what )*(?:(?:can|could|would) you )?(?:please )?(?:say (?:that|it) again|repeat(?: "
               r"that| it| yourself)?|once more|come again|what did you (?:just )?say|i (?:didn't|did not) (?:catch"
               r"|hear|get) (?:that|it|you))(?: please)?|pardon(?: me)?|what|huh|sorry"),
    ("greeting", r"(?:hi|hello|hey|hiya|yo|good (?:morning|afternoon|evening|day)|greetings|howdy|hallo|hola|bonjour"
                 r"|guten tag|ciao|salut)(?: there| everyone| again| you)?(?: \w+)?"),
    ("how are you", r"(?:(?:hi|hello|hey)(?: there)? )?(?:how are you(?: doing)?(?: today)?|how(?:'s| is) it going"
                    r"|how do you do|how have you been|what(?:'s| is) up|you (?:ok|okay|alright|all right)|how do you "
                    r"feel(?: today)?)"),
    ("thanks", r"(?:(?:ok|okay|great|good|perfect|nice|wow|cool|well|alright|all right|yes|oh) )*(?:thanks|thank you"
               r"|thx|cheers|ta|many thanks|much appreciated|danke|merci|gracias)(?: you)?(?: (?:a lot|so much|very "
               r"much|for .*|again|that .*|\w+))?"),
    ("goodbye", r"(?:(?:ok|okay|well|thanks|thank you|alright) )*(?:bye|goodbye|good bye|bye bye|see you|see ya"
                r"|farewell|good night|take care|i (?:have to|must|need to|gotta) go|that(?:'s| is) all|talk (?:to "
                r"you )?later|catch you later)(?: .{0,20})?"),
    ("who are you", r"(?:and |so |but |hi |hello |hey )*(?:who (?:are|r) you(?: \w+)?|who am i (?:talking|speaking) "
                    r"(?:to|with)|what(?:'s| is) your name|what are you(?: called)?|tell me (?:a bit |something |more "
                    r")?about yourself|introduce yourself|what do you do|what(?:'s| is) your (?:job|role)|do you have "
                    r"a name|what should i call you|who(?:'s| is) (?:this|speaking|talking|there))(?: anyway)?"),
    ("are you real", r"(?:wait |so |but |hold on )*(?:are you (?:a |an )?(?:real|human|robot|bot|ai|a\.i|machine"
                     r"|computer|alive|person|real person|real human|an actual person|sentient|conscious|chatbot"
                     r"|program|language model|chatgpt|gpt)(?: .{0,40})?|is this (?:an? )?(?:ai|bot|robot|real person)"
                     r"|what (?:model|llm|language model|ai) are you.*|which (?:model|llm|ai) .*|who (?:made|built"
                     r"|created|programmed|trained) you|are you (?:a )?(?:human|person) or .*)"),
    ("help", r"(?:help(?: me)?|what can (?:you|i) (?:do|ask|tell me)(?: .*)?|what (?:should|could|may|can) i ask(?: "
             r"you)?(?: about)?(?: .*)?|how does this work|what (?:else )?can you tell me|what do you know|give me "
             r"(?:a|some) questions?|what now|i (?:don't|do not) know what to (?:ask|say))"),
    ("summary", r"(?:so |ok |okay |and |but |hi |hello |hey |please |well )*(?:(?:can|could|would|will) you (?:please "
                r")?)?(?:(?:briefly |quickly )?(?:summari[sz]e|sum up|recap|outline)(?: (?:this|it|that|the"
                r"|your)?.{0,40})?|(?:give|tell|get) me (?:a |an |the )?(?:\w+ )?(?:summary|gist|overview|rundown"
                r"|short version|main points?|key points?|highlights|basics|tl;?dr|essence)(?: .{0,40})?|(?:so |and "
                r")?what(?:'s| is| was| are) (?:this|it|that|the (?:article|story|piece|text|post|item|report|news"
                r"|page)|your (?:story|article|text|post))(?: (?:article|story|piece|text|post|item|one|thing"
                r"|page))?(?: all)? about|what(?:'s| is| are) the (?:summary|gist|main (?:points?|idea|message|topic"
                r"|takeaways?)|key (?:points?|message|takeaways?|facts)|point|topic|subject|story|takeaways?|news"
                r"|article|bottom line|short version)(?: (?:here|of (?:this|it|the).*))?|tl;?dr|what(?:'s| is) "
                r"(?:going on|happening|new)(?: here)?|what happened(?: here)?|tell me about (?:this|it|the (?:article"
                r"|story|piece|text|post)|your (?:story|article|text|piece))(?: (?:article|story|piece|text))?"
                r"|(?:tell me )?in (?:a nutshell|short|brief|one sentence|two sentences|a few words).*|what do you "
                r"(?:have|write about|talk about)|what(?:'s| is) (?:all )?this(?: then)?)"),
    ("more", r"(?:ok |okay |yes |yeah |sure |please |and |wow |great |nice |interesting )*(?:tell me (?:some "
             r")?more(?: about (?:it|this|that))?|(?:please )?(?:go on|continue|carry on|keep going)|more|and(?: "
             r"then)?|what else(?: (?:is there|does it say|do you know|happened|can you tell me|did .*))?|anything "
             r"else(?: .*)?|something else|say more|elaborate|can you (?:tell me more|elaborate|go on|say more)|more "
             r"(?:details?|please|info\w*)|and what else|next)(?: please)?"),
    ("opinion", r"(?:so |and |but |ok |well |wow )*(?:what(?:'s| is| are) your (?:(?:own |personal |honest "
                r")?(?:opinions?|views?|take|thoughts?|feelings?|position|stance))(?: .*)?|what do you (?:personally "
                r"|really |yourself |honestly )?(?:think|make|reckon|believe)(?: .*)?|how do you feel about .*|do you "
                r"(?:personally )?(?:agree|disagree|think|believe|like|support|approve)(?: .*)?|(?:your|any) "
                r"(?:opinion|thoughts)|are you (?:for|against) .*|(?:is|was) (?:it|this|that) (?:a )?(?:good|bad|right"
                r"|wrong|fair|smart|stupid|great)(?: idea| thing| decision| plan)?(?: .*)?|would you .*|whose side "
                r"are you on|which side .* you .*)"),
    ("remark", r"(?:(?:ok|okay|yes|yeah|yep|no|nope|nah|sure|right|wow|cool|nice|great|good|interesting|fascinating"
               r"|amazing|funny|haha+|lol|hm+|mm+|aha|ah|oh|really|i see|got it|i understand|understood|makes sense"
               r"|fair enough|true|indeed|of course|maybe|that(?:'s| is) (?:\w+ ){0,2}\w+|how (?:interesting|sad|nice"
               r"|lovely|funny|awful|terrible|wonderful|strange|odd)|good to know|well|awesome|perfect|alright|all "
               r"right|i like (?:it|that)|love it|very|so|what a \w+"
               r"|(?:nice|good|pleased|lovely) to (?:meet|see) you)\s*)+"),
    ("joke", r".*\b(?:tell|know|make)\b.*\b(?:joke|jokes|poem|song|riddle)\b.*|(?:please )?(?:write|sing|compose"
             r"|recite|draw|code|translate)\b.*"),
    ("memory", r"(?:what(?:'s| is| was) my name|do you (?:know|remember) (?:my name|me|who i am|what i (?:said|asked"
               r"|told you).*)|what did i (?:just )?(?:ask|say|tell).*|who am i|what was my (?:first|last|previous) "
               r"question.*)"),
    ("published", r"(?:and |so )?(?:when (?:was|is) (?:this|it|that|the (?:article|piece|story|post|text))(?: \w+)? "
                  r"(?:published|posted|written|released|from|out|dated)|(?:how (?:old|recent|new) is|what(?:'s| is) "
                  r"the date of) (?:this|it|the) (?:article|piece|story|post|text|news)|when did (?:you|they|he|she) "
                  r"(?:publish|write|post) (?:this|it)|is (?:this|it) (?:recent|new|old|current)(?: news)?)"),
    ("source", r"(?:and |so )?(?:where (?:is|was|does|did) (?:this|it|that|the (?:article|piece|story|post|text))(?: "
               r"(?:come |came )?from| published| appear| posted)|who (?:wrote|published|posted|is the author of"
               r"|authored|is behind) (?:this|it|that|the (?:article|piece|story|post|text))|what(?:'s| is| was) "
               r"(?:the|your|its) (?:source|sources)(?: .*)?|who(?:'s| is) the (?:author|publisher|source|writer)(?: "
               r".*)?|(?:give me|what(?:'s| is)|where(?:'s| is)|do you have|show me) (?:the|a|its) (?:link|url|address"
               r"|website|original)(?: .*)?|where can i read (?:it|this|more|the .*))"),
    ("name given", r"(?:hi |hello |hey )?(?:my name is|i am called|call me|i'm called) (?P<name>[\w' -]{1,40})"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _INTENTS)
_VOCATIVE = re.compile(r"^(?:hi|hello|hey|ok|okay|so|well|oh|um|uh|please|dear)[\s,]+", re.IGNORECASE)
_GREETING = re.compile(r"^\s*(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|great|ok|okay|wow"
                       r"|cool)(?: there)?(?:,? (?P<who>[A-Z]\w+))?[\s,!.]+(?=\S{2})", re.IGNORECASE)  # fmt: skip
_POLITE = re.compile(
    r"^\W*(?:so |and |but |well |ok |okay |please )*(?:(?:can|could|would|will) you (?:please |maybe |perhaps |kindly "
    r")?"
    r"(?:tell|explain to|remind|inform|say to) (?:me|us) (?:please )?|(?:do|would|did) you (?:happen to )?know |i(?:'d"
    r"| would) (?:like|love) to know |i wonder(?:ed)? "
    r"|i was wondering |any idea |(?:please )?tell me (?:please )?|i want to know |(?:can|could|may) i ask (?:you )?)"
    r"(?:if |whether )?(?=(?:who|what|when|where|why|how|which|whose|whom|if|whether|the|is|are|was|does|do|did)\b)",
    re.IGNORECASE,
)


# "Where does it say that the pin costs eleven pounds?" asks whether it does, and wants to be shown where.
_WHERE_SAID = re.compile(
    r"^\W*(?:so |and |but |well )*(?:where|in (?:what|which) (?:sentence|passage|paragraph|line)) (?:exactly )?"
    r"(?:does|did|do) (?:it|this|he|she|they|you|the (?:text|article|item|story|post|piece|report|notice)) "
    r"(?:say|mention|claim|state|write) (?:that )?(?=\w+ \w+)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Return ``text`` in lower case, without end marks, with straight quotes, for matching."""
    lower = text.lower().replace("’", "'").replace("`", "'")
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s'.;:-]", " ", lower)).strip(" .,;:!?-'\"")


_HOSTS_VIEW = re.compile(
    r"\bin your (?:own |personal |honest |humble )?(?:opinion|view|eyes)\b|\bif you ask you\b|\byour own (?:opinion"
    r"|view)\b"
    r"|^\W*(?:and |so |but )?(?:what|which)(?:['’]s| is| are) your (?:own |personal )?favou?rites?\b",
    re.IGNORECASE,
)
_WHERE_FROM = re.compile(
    r"\W*(?:(?:really|ok|okay|hm+|and|but|so|sorry|wait|oh|no|well|please)\b[\s,.?!]*)*"
    r"(?:(?:where|which (?:passage|part|line|sentence|paragraph)) (?:does|do|did|exactly does|is|was) (?:it|that"
    r"|this|the \w+|they|he|she|you)"
    r"(?: (?:say|says|said|stand|written|mention(?:ed)?|get|read|come from|find))?(?: (?:that|this|it"
    r"|so))?(?: from)?(?: exactly)?"
    r"|where(?:['’]s| is) that (?:from|written|said)|where did you (?:get|read|find|see|hear) (?:that|this"
    r"|it)(?: from)?"
    r"|(?:can|could|would|will) you (?:please )?show me(?: (?:that|it|this|where|the (?:passage|source|line|place"
    r"|text|sentence|evidence|proof)))?"
    r"(?: (?:it|that) (?:says|said|stands)(?: (?:that|so|this))?)?"
    r"|(?:please )?show me(?: (?:that|it|this|where|the (?:passage|source|line|place|text|sentence|evidence|proof)))?"
    r"(?: (?:it|that) (?:says|said|stands)(?: (?:that|so|this))?)?(?: please)?"
    r"|(?:your |the |what(?:['’]s| is) (?:your|the) |any )?(?:source|evidence|proof|citation|reference)(?: (?:for"
    r"|of) (?:that|this|it))?(?: please)?"
    r"|how (?:do|can|would|did) you know(?: (?:that|this|it))?|says who|who says(?: (?:so|that|it))?"
    r"|according to (?:who|whom|what)"
    r"|(?:can you )?prove (?:it|that)|(?:are you|you(?:['’]re| are)?) (?:really |quite )?(?:sure"
    r"|certain)(?: (?:about|of) (?:that|this|it))?"
    r"|is that (?:really )?(?:true|so|right|correct)|(?:please |can you )?(?:quote|cite|read)(?: me)? (?:it|that"
    r"|the (?:passage|text|line|source))(?: to me)?"
    r"|what (?:makes you say|is|are) (?:that|you)(?: (?:so|based on|basing that on))|based on what|on what basis)\W*",
    re.IGNORECASE,
)


_WHERE_A_THING_IS = re.compile(
    r"\W*(?:(?:and|but|so)\s+)?where (?:is|was|are|were) (?:it|the (?!passage|part|line|sentence|paragraph|source|place"
    r"|text|evidence|proof|quote)\w+)\W*",
    re.IGNORECASE,
)


def intent(text: str, host: str) -> str | None:
    """Return what a remark does when it is not a question about the item, else None.

    ``host`` is the persona's name, which a visitor may say without meaning anything by it.
    """
    if asks_what_you_are(text):
        return "are you real"
    if _HOSTS_VIEW.search(text):
        return "opinion"
    if _WHERE_FROM.fullmatch(text) and not _WHERE_A_THING_IS.fullmatch(text):
        return "evidence"
    words = plain(text)
    for word in host.lower().split():
        words = re.sub(rf"(?:^|\s){re.escape(word)}(?=\s|$)", " ", words)
    words = re.sub(r"\s+", " ", words).strip()
    for candidate in dict.fromkeys((words, _VOCATIVE.sub("", words))):
        for name, pattern in _PATTERNS:
            if pattern.fullmatch(candidate):
                return name
    return None


def without_courtesy(text: str) -> str:
    """Return ``text`` without a greeting, thanks or "could you tell me" before its question."""
    for courtesy in (_GREETING, _POLITE):
        rest = courtesy.sub("", text, count=1)
        text = rest if rest.strip(" ?!.,") else text
    return _WHERE_SAID.sub("Does it say that ", text, count=1)


def name_given(text: str) -> str | None:
    """Return the name that a visitor gives as theirs, or None."""
    match = re.search(
        r"\b(?:my name is|my name's|i am called|i'm called|call me)\s+([\w'-]+(?: [A-Z][\w'-]+)?)", text, re.IGNORECASE
    )
    return match[1] if match else None
