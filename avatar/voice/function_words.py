"""The commonest words of languages in Latin script, by which a text's language is told. Data only."""

from __future__ import annotations

ENGLISH = """
    a about after again all also am an and any are as at back be because been before being but by can could day did
    do does don't down each even ever every few first for from get go good had has have he her here him his how i
    i'm if in into is it it's its just know last let like made make many may me more most much must my never new no
    not now of off on one only or other our out over own people said same say says see she should so some still such
    take than thank that that's the their them then there these they this those time to today too two under until up
    us very was we well were what when where which while who why will with would year years yes yet you your
"""

OTHERS: dict[str, str] = {
    "German": """
        aber als am an auch auf aus bei bin bis bist das dass dein dem den der des die dies diese doch du durch ein
        eine einem einen einer eines er es für gegen habe haben hast hat hatte heute ich ihm ihr im in ins ist ja
        jetzt kann kein keine können man mehr mein mich mir mit nach nicht noch nur oder schon sehr sein seine sich
        sie sind so über um und uns unter viel vom von vor war waren was wenn werden wie wieder wir wird wo wurde zu
        zum zur zwischen
    """,
    "French": """
        ai au aux avec avez bien ce cela ces cette chez comme dans de des deux dit du elle elles en est et était
        être fait font il ils je jour la le les leur lui ma mais même mes moi mon ne nos notre nous on ont ou où par
        pas peu peut plus pour quand que quel quelle qui sa sans se ses si son sont sous suis sur ta te toi ton tous
        tout très tu un une vos votre vous y c'est d'un d'une qu'il n'est j'ai s'est
    """,
    "Spanish": """
        a al algo aquí bien como con cuando de del desde donde dos el él ella ellos en entre era es esa ese esta
        está estaba están este esto estoy fue ha había hace han hasta hay hoy la las le les lo los más me mi mucho
        muy nada ni no nos o para pero por porque que qué quien se ser si sí sin sobre son su sus también te tiene
        todo tu un una uno y ya yo
    """,
    "Italian": """
        a al alla anche che chi ci come con cosa da dal dalla dei del della delle di dove e è ed era essere fa gli
        ha hai hanno ho i il in io la le lei lo loro lui ma me mi mia mio molto ne nel nella non noi o ogni per
        perché più però qui questa questo se sei si sì sono stato su sua sul suo te ti tra tu tutti tutto un una uno
        vi
    """,
    "Portuguese": """
        a ao aos as às até com como da das de dele depois do dos e é ela ele em então entre era essa esse esta está
        este eu foi há isso já mais mas me meu minha muito na não nas nem no nos nós o os ou para pela pelo por
        porque quando que quem se sem ser seu sua são só também te tem tinha tudo um uma você
    """,
    "Dutch": """
        aan al als bij dan dat de deze die dit door een en er ge geen haar had heb hebben heeft het hem hier hij hoe
        ik in is ja je kan maar me meer met mijn naar niet nog nu of om ons ook op over te toch toen tot u uit van
        veel voor waar was wat we werd wij wil worden wordt zal ze zich zij zijn zo zou
    """,
    "Polish": """
        a ale bardzo bez być był była było by byli co czy dla do dziś gdy go i ich ja jak jako jego jej jest jeszcze
        już kiedy która które który lub ma mam mnie może my na nad nas nie niż o od oni on ona pan po pod przed
        przez przy są się ta tak także tam te tego tej ten też to tu tym w we wszystko z za ze że
    """,
    "Swedish": """
        att av blev blir de dem den denna det dig din du där efter ej en ett för från få går han har hade hans hon
        hur här i idag inte jag kan kom med men mer mig min mot mycket nu när och om oss på sedan sig sin ska skulle
        som så till under upp ut var vara vi vid är år över
    """,
    "Danish or Norwegian": """
        af at av blev blir bliver da de deg dem den denne der det dig du efter eller en er et etter for fra få går
        han har hadde havde hun hva hvad hvis hvor i ikke jeg kan kom kun man med meg mig min mot når nu nå og om op
        opp oss over på seg sig sin skal som så til under ut var ved vi vil være år
    """,
    "Czech or Slovak": """
        a aby ako ale asi až bez bol bola bude by byl byla bylo být co či do ho i já jak jako je jeho její jen ještě
        jsem jsme jsou k když která které který má mi mít na nad ne nebo není o od po pod pro proti před při s sa se
        si som sú také tak ten to tu tým u už v ve však z za ze že
    """,
    "Turkish": """
        ama ben benim bir biz bu bunu çok da daha de değil diye en gibi ile için kadar ki mı mi ne olan olarak oldu
        o ona onu sen siz şey şu var ve veya ya yok
    """,
    "Finnish": """
        ei ja että en hän he ihan joka jos kaikki kanssa kuin kun mikä minä me mitä mutta myös ne niin nyt oli olla
        olen on ovat se sekä sen sinä tai tämä vain voi
    """,
    "Hungarian": """
        a az és egy hogy nem is ez azt csak de ha meg már mert mint nagyon vagy van volt ezt el én ő ki mi lesz kell
    """,
    "Romanian": """
        a acest ai al ale am ar are au că când care ce cu cum da dar de din după ea ei el este eu fi fost în la lui
        mai mult ne nu o pe pentru prin sa să sau se și sunt un une
    """,
    "Indonesian or Malay": """
        ada adalah akan anda apa atau bahwa banyak bisa dalam dan dapat dari dengan di dia harus hari ini itu juga
        kami karena ke kepada kita mereka oleh orang pada saya sebagai sudah telah tidak untuk yang
    """,
    "Vietnamese": """
        của và là có không được các một những cho người với này trong đã để tôi khi đến như từ ra rất
    """,
}
