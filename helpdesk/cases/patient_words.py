"""Words that the patient-data guard knows: common given names, and what stands behind "patient" and is no name."""

# ruff: noqa: RUF001, SIM905  (what people type; and lists of words that are to be read)

# Small words inside of names.
PARTICLES = frozenset(
    """
    al bin da das de del den der di do dos du el ibn la las le los san santa st st. ter van von y
    """.split()
)
LEADING = frozenset({"van", "von", "da", "dos", "di"})  # those with which a name can begin
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
# The most frequent ones in the United States, English, Spanish and others, but for those that are words, months, places or
# products, too. Written small, a name is only known by these.
GIVEN_NAMES = frozenset(
    """
    aaron abel abigail abril adam adriana agnes ahmed aiden aisha alan albert alberto alejandra alejandro alex alexander alexis
    alfred alfredo alice alvin amanda amara amina amos amparo amy andre andrea andrew angela anil anita anna annie anthony
    antonia antonio araceli arjun armando arnold arthur arturo ashley barbara barry beatrice beatriz ben benjamin bernard
    bernice bertha bessie betty beverly billy bjorn blanca blanche bob bobby bonnie brad bradley brandon brenda brent brett
    brian brittany bruce bruno bryan byron caleb calvin camila carl carlos carlton carmen carol carolyn casey catalina catherine
    cecil cedric cesar charles chen cheryl chester chidi chris christina christine christopher clara clarence claude claudia
    clayton clifford clint clyde cody colin conrad consuelo corey craig curtis cynthia dale damon dan dana daniel daniela
    danielle danilo darnell darren darryl dave david deborah debra deepak delia delores denise dennis derek deshawn desiree
    devin diana diane diego dmitri dominic donald donna doris dorothy doug douglas duane duc dustin dwayne dylan earl ebony
    eddie edgar edith edmund edna eduardo edward edwin effie eleanor elena elias elijah elizabeth ella elliott elmer elsa elva
    emilio emily emma emmett enrique eric erica erik erma ernest ernesto ernie ervin ethan ethel eugene evan evelyn everett
    fabian fannie fatima felipe felix fernanda fernando floyd frances francesca francis francisca francisco franklin fred
    freddie gabriel gabriela gail garrett gary geoffrey george gerald geraldine gertrude gilbert gilberto giovanni giulia gladys
    glen glenn gloria gonzalo gordon graciela greg gregory greta guillermo gustavo gwendolyn hannah hans harold harriet harry
    harvey hassan hattie heather hector helen henry herbert herman herminia hilda hoang homer horace horacio howard hubert hugh
    hugo hui hyun ibrahim ignacio igor inez ingrid ira irene irina irma irving isaac isabel isabella ismael ivan jackie jacob
    jacqueline jamal james jamie janet janice jared jarvis jason javier jay jeff jeffrey jennifer jeremy jerome jerry jesse
    jessica jill jim jimmy jin jing joan joann joanna joanne joaquin joe joel joey john johnny jon jonah jonathan jorge jose
    josefa josefina joseph josephine joshua josiah joyce juan juana judith judy julia julie julio justin karen kate katherine
    kathleen kathryn kathy katie kavita kay kayla keisha keith kelly kenneth kent kevin khalid kim kimberly kirk kofi kristen
    kristin kurt kwame kyle lakshmi lamar larry lars latasha latoya laura lauren laurie lawrence layla leah leandro lena leo
    leon leona leonard leonor leroy leslie lester leticia lewis libby lillian linda lindsay linh lionel lisa lloyd lois lola
    lonnie lorena lorenzo loretta lori lorraine louis louise lourdes lucas lucia lucille lucy luis luisa luke luther lynn mabel
    maggie malcolm mamie manuel marcelo marcia marco marcus margaret margarita maria marian mariana maribel marie marilyn mario
    marion marisol marjorie marlene marquis marsha marta martha martin marty marvin mary mateo matt matthew mattie maureen
    maurice maximo maxine meera megan melanie melissa melvin micaela michael michelle miguel mike mildred milton mindy minh
    minnie miriam mitchell mohammed moises molly monica morris muhammad mustafa myra myron nadia nadine nancy naomi natalia
    natalie natasha nathan nathaniel neha neil nellie nestor ngozi nguyen nicholas nick nicolas nicole noah noel nora norma
    norman octavio olga oliver olivia oluwaseun omar opal orlando oscar otis owen pablo paige paloma pamela paolo patricia
    patricio patrick patsy paul paula paulette pedro peggy perry peter philip phyllis pierre polly pooja preston priya quentin
    rachael rachel rafael raj ralph ramiro ramon ramona randy raul ravi rebecca regina reginald rena renata renee rhonda ricardo
    richard rick rita rob robert roberta roberto rodney rodolfo rodrigo rogelio roger roland ron ronald rosa ross roy ruben rudy
    rufus russell ruth ryan sabrina sadie sally salvador sam samantha samir sammy samuel sandra sanjay santiago sara sarah saul
    sean sebastian selena serena sergio seth shane shannon sharon shawn sheila sheldon sherry shirley sidney silvia simon simone
    sofia sonia spencer stacy stan stanley stella stephanie stephen steve steven stuart sunita susan susana suzanne sven
    svetlana sylvester sylvia tamika tammy tanya tariq teodoro teresa terrence terri terry thanh thelma theodore theresa thomas
    thuy tiffany tim timothy tina toby todd tom tomas tommy tony tonya tracy travis trevor trina troy trudy tuan tyler tyrell
    ulises ursula valentin valeria valerie vanessa velma vera vernon veronica vicente vicki victor vijay vincent viola virgil
    vivian wallace walter wanda warren wayne wendell wendy wesley wilbert wilbur willa william willie willis wilma winston
    woodrow xavier xiao ximena yesenia yolanda yuri yusuf yvette yvonne zachary zainab zoe zoila
    """.split()
)
# What stands behind "patient", also with a capital letter, and is no name.
NEVER_NAMES = frozenset(
    """
    a abril access account accounts activation address admission adult adults advisory advocacy advocate affairs again age
    agosto al alert all allergy allscripts already also american an and any api appointment appointments april arabic area arm
    as assessment assistance association astrazeneca at athena august az back base bill billing biontech board booster both
    bracelet bulk but by call calls came can can't cannot card care carolina case cases cdc center centered centre cerner chart
    charts check check-in checkin child children chinese christmas class clinic code comirnaty comment comments communication
    como complaint complaints complete con confidentiality connect consent contact contacts coordinator copy correo could count
    counts covid covid-19 csv cuando cvms data database date de dear deceased december del demographic demographics department
    desk details dhhs dice diciembre did dijo directory discharge do dob doctor does doesn't doesn’t domingo donde dose doses
    dosis double dph dr dr. due duplicate durham e-mail each easter ed education ehr el eligibility eligible email emr en
    encounter enero engagement english enrollment entry epic era error es está eua event ever every excel expediente experience
    export fact facts family favor febrero february fecha feedback fhir field fields file files financial first flow flu for
    form forms found french friday from fue full gateway gave gender given got gracias group guide had handout has have having
    he health hello help helpline hep hepatitis her hi hipaa his hispanic history hl7 home hotline how hrsa hub i i'm id
    identification identifier identifiers ids if iis import in index influenza info information inquiry insert instructions
    insurance intake interface is issue issues it its j&j janssen january johnson jueves julio july june junio just kids kiosk
    kit korean la label labels language las last late le lead leaflet left les level liaison line link list lists llegó lo load
    location log login look-up lookup los lost lote lunes made mailing management manager march martes marzo master match
    matching may mayo mbi md medicaid medical medicare medication meditech member merge message messages middle minor missing
    miércoles mmr moderna module monday monitor monitoring moved mrn must my mychart name names navigation navigator nc ncdhhs
    ncid ncir nctracks necesita need needs never new nextgen no nombre north not note notes notice novavax november noviembre
    now np npi number numbers número o october octubre of off on once only operations or order orders our out outreach over pa
    page pages paid panel paper para participation payment payments pdf pediatric pfizer phi phone pick-up pid pin pleasant
    please pool population por portal portals preferred pregunta preregistration prescription presented primera privacy profile
    profiles program protection provider puede qr que query question questions queue quick quien quiere qué race raleigh really
    received reception recibió recipient recipients record records redcap reference refused regards region registration registro
    registry relations relationship reminder reminders rep report reporting reports representative request requests result
    results review rights rn roll room rooms roster row rsv russian safety said same satisfaction saturday saw says schedule
    scheduled scheduler scheduling screen screening se search second section see segunda seguro self senior seniors sent
    september septiembre service services sex shall she sheet sheets should shows side sin since sistema sms so some son soon
    sorry source south spanish spikevax ssn staff state status still story stuck student students su summary sunday support
    survey sus system systems sábado tab table tdap team teléfono temperature template tenía test text than thank thanks
    thanksgiving that the their them then there they third this throughput thursday ticket tiene time to today told tomorrow too
    took total tracker tracking transfer transport transportation trying tuesday twice type types u un una unable unas under
    unit unos until update updates upload uploads urgent url us usb user users vaccination vaccinations vaccine vaccines vacuna
    validation vams version very vfc viernes vietnamese view views vis visit visits volume vpn waiting waitlist wanted wants
    ward was we website wednesday well went were what when where which who whose why will with without workflow would wristband
    wrong y ya yes yesterday you your your's zero zip zone
    """.split()
)
# Of those words, the ones that are names where another name stands beside them: "Bill Hutchins", "Susan English".
ALSO_NAMES = frozenset(
    """
    an april august bill booker carolina case church day do ed english field french hall home house johnson june lane may north
    page park price read rose so south st van ward will
    """.split()
)
# Words of which the names of places and organizations are made.
ORGANIZATIONS = frozenset(
    """
    academy airy associates association avenue baptist beach building campus care catholic center centre centro chapel church
    city clinic clinics clínica college company condado coop corp corporation council county departamento department dept
    district drive drug drugs escuela family farmacia foundation general group health healthcare hospice hospital hospitals
    house iglesia inc institute island lab laboratories labs lane llc llp ln lp lutheran medical memorial methodist ministry
    mount network office parish park partners pediatrics pharmacies pharmacy physicians pines plaza point practice presbyterian
    primary program project rapids rd regional rehab rehabilitation road rocky salud school services solutions specialists
    springs st street suite systems team therapy town university urgent vaccines village ward wellness women's works
    """.split()
)
# Of those, the ones that are surnames behind a given name.
SURNAMES_TOO = frozenset(
    """
    care church day house lane parish park parks street ward
    """.split()
)
# What follows "patient" where no single patient is spoken of.
NOT_ABOUT_ONE = frozenset(
    """
    access advisory advocate advocates appointment appointments care census chart charts consent coordinator count counts data
    demographics education experience facing fact flow form forms group groups health information intake issue issues level
    liaison list lists load manager navigator navigators paper population portal portals privacy problem problems program
    question questions record records registration related relations representative rights rooms safety schedule scheduling
    search service services specific support system transport transportation volume
    """.split()
)
