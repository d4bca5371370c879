"""The commonest words of languages in Latin script, by which a text's language is told. Data only.

Single plain letters are left out: in English they are variables and list markers.
"""

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
        aber als am an auch auf aus bei bin bis bist bitte danke das dass dein dem den der des die dies diese doch
        du durch ein eine einem einen einer eines er es für gegen guten habe haben hast hat hatte heute ich ihm ihr
        im immer in ins ist ja jetzt kann kein keine können man mehr mein mich mir mit morgen nach nein nicht noch
        nur oder schon sehr sein seine sich sie sind so tag um und uns unter viel vom von vor war waren was weiß
        wenn werden wie wieder wir wird wo wurde zu zum zur zwischen über
    """,
    "French": """
        ai allez au aujourd'hui aux avec avez beaucoup bien bonjour c'est ce cela ces cette chez comme comment d'un
        d'une dans de des deux dit du elle elles en est et fait font il ils j'ai je jour la le les leur lui ma mais
        merci mes moi mon même n'est ne nos notre nous on ont ou oui où par pas peu peut plus pour qu'il quand que
        quel quelle qui quoi s'est sa sans se ses si son sont sous suis sur ta te toi ton toujours tous tout trois
        très tu un une vais voici voilà vos votre vous était être
    """,
    "Spanish": """
        ahora al algo aquí ayer bien buenos como con cuando cómo de del desde donde dos días el ella ellos en entre
        era es esa ese esta estaba este esto estoy está están estás fue gracias ha había hace han hasta hay hola hoy
        la las le les lo los mañana me mi mucho muy más nada ni no nos nunca para pero por porque que quien qué se
        ser si siempre sin sobre son su sus sí también te tiene todo tu un una uno usted ustedes ya yo él
    """,
    "Italian": """
        al alla anche buongiorno che chi ci ciao come con cosa da dal dalla dei del della delle di domani dove ed
        era essere fa gli grazie ha hai hanno ho ieri il in io la le lei lo loro lui ma mai me mi mia mio molto ne
        nel nella noi non oggi ogni per perché però più questa questo qui se sei sempre si sono stai stato su sua
        sul suo sì te ti tra tu tutti tutto un una uno vi è
    """,
    "Portuguese": """
        amanhã ao aos as até bom com como da das de dele depois dia do dos ela ele em entre então era essa esse esta
        este está eu foi hoje há isso já mais mas me meu minha muito na nas nem no nos nunca não nós obrigada
        obrigado olá os ou para pela pelo por porque quando que quem se sei sem ser seu sua são só também te tem
        tinha tudo um uma você às é
    """,
    "Dutch": """
        aan al als bij dan dat de deze die dit door een en er ge geen haar had heb hebben heeft hem het hier hij hoe
        ik in is ja je kan maar me meer met mijn naar niet nog nu of om ons ook op over te toch toen tot uit van
        veel voor waar was wat we werd wij wil worden wordt zal ze zich zij zijn zo zou
    """,
    "Polish": """
        ale bardzo bez by byli być był była było co czy dla do dobry dobrze dzień dziękuję dziś gdy go ich ja jak
        jako jego jej jest jeszcze już kiedy która które który lub ma mam mnie może my na nad nas nie nigdy niż od
        on ona oni pan po pod potem proszę przed przez przy roku się są ta tak także tam te tego tej ten teraz też
        to tu tym we wiem wszystko za zawsze ze został została zostało że
    """,
    "Swedish": """
        att av blev blir de dem den denna det dig din du där efter ej en ett från få för går hade han hans har hej
        hon hur här idag inte jag kan kom med men mer mig min mot mycket mår nu när och om oss på sedan sig sin ska
        skulle som så tack till under upp ut var vara vi vid är år över
    """,
    "Danish or Norwegian": """
        af at av ble blev blir bliver da de deg dem den denne der det dig du efter eller en er et etter for fra få
        går hadde han har havde hun hva hvad hvis hvor hvordan ikke jeg kan kom kun man med meg mig min mot nu nå
        når og om op opp oss over på seg senere sig sin skal som så tak takk til under ut var ved vi vil være år
    """,
    "Czech or Slovak": """
        aby ako ale ano asi až bez bol bola bude by byl byla bylo být co den do dobrý děkuji ho jak jako je jeho
        její jen ještě jsem jsme jsou já když která které který mi má mít na nad ne nebo není od po pod pro proti
        před při sa se si som sú tak také ten to tu tým už ve však za ze či že
    """,
    "Turkish": """
        ama ben benim bir biz bu bunu da daha de değil diye en evet gibi hayır ile için kadar ki merhaba mi mı nasıl
        nasılsın ne olan olarak oldu ona onu sen siz sonra teşekkür var ve veya ya yok yılında çok şey şu
    """,
    "Finnish": """
        ei en että he hyvää hän ihan ja joka jos kaikki kanssa kiitos kuin kun me mikä minä mitä mutta myös ne niin
        nyt olen oli olla on ovat se sekä sen sinä tai tämä vain voi
    """,
    "Hungarian": """
        az azt csak de egy el ez ezt ha hogy igen is kell ki köszönöm lesz meg mert mi mint már nagyon nem szia vagy
        van volt én és ő
    """,
    "Romanian": """
        acest ai al ale am ar are au bună care ce cu cum când că da dar de din după ea ei el este eu fi fost la lui
        mai mult mulțumesc ne nu pe pentru prin sa sau se sunt să un une în și
    """,
    "Indonesian or Malay": """
        ada adalah akan anda apa atau bahwa banyak bisa dalam dan dapat dari dengan di dia hari harus ini itu juga
        kami karena ke kepada kita mereka oleh orang pada saya sebagai sudah telah tidak untuk yang
    """,
    "Vietnamese": """
        cho các có của khi không là một người như những này ra rất trong tôi từ và với đã được đến để
    """,
}
