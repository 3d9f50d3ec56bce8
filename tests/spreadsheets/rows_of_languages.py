"""Invented rows of leads in many languages, with the encodings in which such files come."""

from __future__ import annotations

ROWS: dict[str, tuple[tuple[str, ...], str]] = {
    "Chinese": (
        ("gb18030",),
        """企业名称,联系人,职位,城市,需求
苏州恒远精密机械有限公司,王建国,采购经理,苏州,想了解自动化产线报价
深圳市蓝海智联科技有限公司,刘芳,总经理,深圳,预算80万左右
济南鲁中食品股份有限公司,赵磊,设备部主任,济南,三个月内更换冷库
杭州青禾软件有限公司,陈思远,技术总监,杭州,请下周来电沟通
重庆山城物流集团,何敏,行政助理,重庆,暂时没有明确计划
""",
    ),
    "traditional Chinese": (
        ("cp950", "gb18030"),
        """公司名稱,聯絡人,職稱,城市,需求
鴻遠精密工業股份有限公司,林志豪,採購經理,臺中,想瞭解自動化產線報價
藍海智聯科技有限公司,陳淑芬,總經理,臺北,預算約新臺幣八十萬
東華食品企業有限公司,黃建宏,廠長,高雄,三個月內更換冷凍設備
青禾資訊軟體公司,張雅婷,技術總監,新竹,請下週來電討論
港城物流集團,李美玲,行政助理,九龍,暫時沒有明確計劃
""",
    ),
    "Japanese": (
        ("cp932", "euc_jp", "iso2022_jp"),
        """会社名,担当者,役職,都市,ご要望
株式会社サンライズ製作所,佐々木健太,購買課長,名古屋市,自動ラインの見積もりをお願いします
東和フーズ株式会社,渡辺真由美,代表取締役,大阪市,予算は約八百万円です
有限会社みどり工業,小林大輔,工場長,浜松市,三ヶ月以内に冷凍庫を入れ替えたい
ブルーテック合同会社,高橋翔,部長,東京都港区,来週お電話ください
北港ロジスティクス,松本愛,主任,札幌市,まだ具体的な計画はありません
""",
    ),
    "Korean": (
        ("cp949",),
        """회사명,담당자,직책,도시,요청사항
주식회사 한빛정밀,김민수,구매팀장,수원,자동화 라인 견적을 부탁드립니다
푸른바다테크,이서연,대표이사,부산,예산은 약 8천만원입니다
동화식품,박지훈,공장장,대전,석 달 안에 냉동 설비를 교체하려고 합니다
새싹소프트,최유진,기술이사,서울,다음 주에 전화 주세요
항구물류,정은지,대리,인천,아직 구체적인 계획이 없습니다
""",
    ),
    "German": (
        ("cp1252", "mac_roman", "cp850", "iso8859_15"),
        """Firma,Ansprechpartner,Rolle,Ort,Bedarf
Krämer Förderanlagen GmbH,Jörg Häußler,Geschäftsführer,Köln,möchte ein Angebot für eine Anlage
Nordlicht Kühltechnik,Käthe Böhme,Einkäuferin,Lübeck,Budget ungefähr 80.000 für Geräte
Süddeutsche Größenwahn AG,Günter Weiß,Büroleiter,München,Rückruf nächste Woche
Gebrüder Schröder OHG,Björn Möhring,Verkäufer,Düsseldorf,noch kein Plan dafür
Bäckerei Löffler,Ännchen Preuß,Inhaberin,Nürnberg,größere Öfen gewünscht
""",
    ),
    "French": (
        ("cp1252", "mac_roman", "cp850"),
        """Société,Contact,Rôle,Ville,Besoin
Mécanique Générale du Rhône,Gaël Lefèbvre,Directeur général,Besançon,Souhaite un devis détaillé
Société Générale de Réfrigération,Thérèse Bérard,Gérante,Orléans,Budget prévu à définir
Ateliers Frères Étienne,Noémie Crépin,Responsable qualité,Nîmes,Rappeler après le 3 février
Électricité du Béarn,Aurélien Gâtine,Chargé d'études,Sète,Très intéressé par la démo
Pâtisserie Île-de-Ré,Zoé Garçon,Associée,La Rochelle,Pas de projet précis
""",
    ),
    "Spanish": (
        ("cp1252", "mac_roman"),
        """Compañía,Contacto,Cargo,Ciudad,Necesidad
Cañones y Montaña S.A.,Iñaki Muñoz,Gerente de operación,Logroño,Quiere cotización para la línea
Refrigeración Peñalver,María Núñez,Dueña,Málaga,Presupuesto pequeño este año
Ingeniería Atlántica,José Ibáñez,Técnico,Cádiz,Llamar mañana después de las diez
Panadería El Rincón,Begoña Castañeda,Directora,León,Aún sin decisión
Logística Íbero,Andrés Güell,Jefe de almacén,Córdoba,Visitó la feria y pidió más información
""",
    ),
    "Portuguese": (
        ("cp1252",),
        """Empresa,Contato,Função,Cidade,Necessidade
Indústria Mecânica São Jorge,João Conceição,Gerente de manutenção,Uberlândia,Precisa de cotação da máquina
Refrigeração Irmãos Araújo,Inês Magalhães,Sócia,Setúbal,Orçamento até março
Padaria Pão Quente,Antônio Falcão,Proprietário,Maceió,Ligar amanhã às dez
Logística Atlântico,Mônica Brandão,Técnica,Goiânia,Não há decisão ainda
Soluções Elétricas,Luís Simões,Diretor,Évora,Visitou a exposição e pediu informações
""",
    ),
    "Nordic": (
        ("cp1252",),
        """Företag,Kontakt,Roll,Ort,Behov
Åkerlunds Mekaniska,Göran Sjöström,Inköpschef,Västerås,Önskar offert på två linjer
Kjøleteknikk Øst,Bjørn Ødegård,Daglig leder,Tromsø,Møte i neste uke
Bageriet Smørblomst,Søren Nørregaard,Ejer,Århus,Ønsker større ovne
Hämeen Jäähdytys Oy,Päivi Mäkelä,Myyntijohtaja,Jyväskylä,Ei vielä päätöstä
Träindustri Småland,Märta Hägg,VD,Växjö,Går att ringa på måndag
""",
    ),
    "Icelandic": (
        ("cp1252",),
        """Fyrirtæki,Tengiliður,Staða,Borg,Þörf
Vélsmiðja Þórðar,Guðmundur Ásgeirsson,Framkvæmdastjóri,Hafnarfjörður,Óskar eftir tilboði í nýja línu
Kælitækni,Þóra Björk,Sölustjóri,Reykjavík,Fjárhæð óþekkt enn þá
Bakarí Ísfold,Ólafur Þór,Eigandi,Ísafjörður,Þarf stærri ofna
Flutningar Norður,Sigríður Jónsdóttir,Ráðgjafi,Akureyri,Hringja í næstu viku
Lýsi og mjöl,Friðrik Örn,Verkfræðingur,Húsavík,Vill sjá sýningu
""",
    ),
    "Polish": (
        ("cp1250", "iso8859_2"),
        """Firma,Kontakt,Stanowisko,Miasto,Potrzeba
Zakład Mechaniczny Żuraw,Łukasz Wiśniewski,Kierownik działu,Łódź,Prosi o ofertę na linię
Chłodnictwo Śląskie,Małgorzata Wójcicka,Właścicielka,Częstochowa,Budżet około 80 tysięcy złotych
Piekarnia Kłos,Stanisław Dąbek,Prezes,Kraków,Chciałby większe piece
Usługi Logistyczne Gdańsk,Bożena Pająk,Księgowa,Gdańsk,Zadzwonić w przyszłym tygodniu
Oświetlenie Świt,Grzegorz Żak,Inżynier,Rzeszów,Jeszcze bez decyzji
""",
    ),
    "Czech": (
        ("cp1250", "iso8859_2"),
        """Společnost,Kontakt,Pozice,Město,Potřeba
Strojírna Jeřáb,Jiří Dvořáček,Ředitel nákupu,Hradec Králové,Žádá o nabídku na výrobní linku
Chlazení Šumava,Věra Němcová,Majitelka,České Budějovice,Rozpočet přibližně půl miliónu
Pekařství Klásek,Ondřej Růžek,Jednatel,Třebíč,Chtěl by větší pece
Dopravní služby Zlín,Šárka Kučerová,Účetní,Zlín,Zavolat příští týden
Osvětlení Úsvit,Bohuš Žižka,Technik,Příbram,Zatím žádné rozhodnutí
""",
    ),
    "Hungarian": (
        ("cp1250", "iso8859_2"),
        """Cég,Kapcsolattartó,Beosztás,Város,Igény
Gépgyártó Művek Kft,Szűcs László,Beszerzési vezető,Székesfehérvár,Ajánlatot kér a gyártósorra
Hűtőtechnika Őrség,Kőszegi Ágnes,Ügyvezető,Győr,Költségkeret körülbelül húszmillió
Kenyérsütő Bt,Fűzfa Gergő,Tulajdonos,Pécs,Nagyobb kemencét szeretne
Szállítmányozás Dél,Erdős Judit,Könyvelő,Békéscsaba,Jövő héten visszahívni
Fényforrás Zrt,Tőkés Ödön,Mérnök,Érd,Még nincs döntés
""",
    ),
    "Turkish": (
        ("cp1254",),
        """Şirket,İlgili kişi,Görevi,Şehir,İhtiyaç
Yıldızlar Makine Sanayi A.Ş.,Gökhan Şahinoğlu,Satın alma müdürü,İstanbul,Üretim hattı için teklif istiyor
Soğutma Çözümleri Ltd. Şti.,Ayşegül Çağlayan,Genel müdür,İzmir,Bütçe yaklaşık seksen bin
Ekmekçioğlu Gıda,Uğur Kılıçarslan,İşletme sahibi,Eskişehir,Daha büyük fırın arıyor
Lojistik Doğu,Şule Öztürk,Muhasebe,Diyarbakır,Gelecek hafta aranacak
Işık Aydınlatma,Hüseyin Yağmur,Mühendis,Muğla,Henüz karar yok
""",
    ),
    "Baltic": (
        ("cp1257",),
        """Įmonė,Kontaktas,Pareigos,Miestas,Poreikis
Mechanikos gamykla Žalgiris,Žydrūnas Šimkus,Pirkimų vadovas,Šiauliai,Prašo pasiūlymo gamybos linijai
Aukstuma iekārtas,Jānis Bērziņš,Valdes priekšsēdētājs,Liepāja,Budžets vēl nav zināms
Leivatööstus Põhjatäht,Ülle Mägi,Müügijuht,Jõgeva,Soovib suuremaid ahje
Krovinių pervežimai,Rūta Jankauskienė,Buhalterė,Panevėžys,Skambinti kitą savaitę
Apgaismojums Rītausma,Mārtiņš Ozoliņš,Inženieris,Jēkabpils,Lēmuma vēl nav
""",
    ),
    "Romanian": (
        ("cp1250", "iso8859_2"),
        """Societate,Contact,Funcţie,Oraş,Nevoie
Uzina Mecanică Făgăraş,Ştefan Munteanu,Director achiziţii,Braşov,Doreşte ofertă pentru linia de producţie
Tehnică Frigorifică,Ioana Călinescu,Administrator,Timişoara,Buget în jur de optzeci de mii
Brutăria Spicul,Cătălin Păun,Proprietar,Iaşi,Vrea cuptoare mai mari
Transporturi Dunărea,Mădălina Țurcanu,Contabil,Galaţi,De sunat săptămâna viitoare
Iluminat Zori,Răzvan Bălan,Inginer,Piteşti,Încă nicio decizie
""".replace("Ț", "Ţ"),
    ),
    "Russian": (
        ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
        """Компания,Контакт,Должность,Город,Потребность
ООО Станкомаш,Виктор Щербаков,Начальник снабжения,Челябинск,Просит прислать предложение на линию
Холодильная техника Север,Людмила Юдина,Генеральный директор,Мурманск,Бюджет около восьмидесяти тысяч
Хлебозавод Колос,Игорь Яковлев,Владелец,Саратов,Нужны печи большего объёма
Логистика Восток,Жанна Цветкова,Бухгалтер,Хабаровск,Перезвонить на следующей неделе
Светотехника Заря,Эдуард Фомин,Инженер,Тула,Решения пока нет
""",
    ),
    "Ukrainian": (
        ("cp1251", "koi8_u"),
        """Компанія,Контакт,Посада,Місто,Потреба
ТОВ Верстатобудівник,Віктор Щербань,Начальник постачання,Харків,Просить надіслати пропозицію на лінію
Холодильна техніка Північ,Людмила Їжак,Генеральна директорка,Київ,Бюджет близько вісімдесяти тисяч
Хлібозавод Колосок,Ігор Яценко,Власник,Полтава,Потрібні більші печі
Логістика Схід,Жанна Цимбал,Бухгалтерка,Дніпро,Передзвонити наступного тижня
Світлотехніка Зоря,Євген Гнатюк,Інженер,Львів,Рішення ще немає
""",
    ),
    "Bulgarian": (
        ("cp1251",),
        """Фирма,Контакт,Длъжност,Град,Нужда
Машиностроителен завод Балкан,Красимир Щерев,Началник снабдяване,Пловдив,Иска оферта за производствена линия
Хладилна техника Север,Людмила Янкова,Управител,Русе,Бюджет около осемдесет хиляди
Хлебозавод Житен клас,Игнат Цонев,Собственик,Варна,Търси по-големи пещи
Логистика Изток,Жана Ъглова,Счетоводител,Бургас,Обаждане следващата седмица
Осветление Зора,Юлиан Фъртунов,Инженер,Сливен,Още няма решение
""",
    ),
    "Greek": (
        ("cp1253", "iso8859_7"),
        """Εταιρεία,Επαφή,Θέση,Πόλη,Ανάγκη
Μηχανουργική Αιγαίου ΑΕ,Σταύρος Αλεξίου,Διευθυντής προμηθειών,Θεσσαλονίκη,Ζητά προσφορά για γραμμή παραγωγής
Ψυκτικά Βορρά,Ευγενία Ραπτοπούλου,Ιδιοκτήτρια,Καβάλα,Ο προϋπολογισμός δεν είναι γνωστός
Αρτοποιία Στάχυ,Χρήστος Ζαφείρης,Διαχειριστής,Πάτρα,Θέλει μεγαλύτερους φούρνους
Μεταφορές Ιόνιο,Φωτεινή Ξενάκη,Λογίστρια,Κέρκυρα,Τηλέφωνο την επόμενη εβδομάδα
Φωτισμός Αυγή,Λευτέρης Ψαρράς,Μηχανικός,Βόλος,Καμία απόφαση ακόμη
""",
    ),
    "Hebrew": (
        ("cp1255",),
        """חברה,איש קשר,תפקיד,עיר,צורך
מפעלי מכונות הצפון,אורי שגיא,מנהל רכש,חיפה,מבקש הצעה לקו ייצור
טכניקות קירור,נועה גולן,מנכלית,תל אביב,התקציב עדיין לא ידוע
מאפיית שיבולים,איתן צור,בעלים,נצרת,רוצה תנורים גדולים יותר
הובלות המזרח,מיכל זוהר,חשבת,אילת,לחזור אליה בשבוע הבא
תאורת השחר,גיל פז,מהנדס,אשקלון,אין החלטה
""",
    ),
    "Arabic": (
        ("cp1256",),
        """الشركة,جهة الاتصال,المنصب,المدينة,الحاجة
مصنع الآلات الشمالي,طارق الحداد,مدير المشتريات,الإسكندرية,يطلب عرض سعر لخط الإنتاج
تقنيات التبريد,ليلى الخطيب,المديرة العامة,دمشق,الميزانية غير معروفة
مخابز السنابل,يوسف نجار,المالك,طنجة,يريد أفران أكبر
نقليات الشرق,هدى زيدان,محاسبة,مسقط,الاتصال في الأسبوع المقبل
إضاءة الفجر,رامي فارس,مهندس,حلب,لا قرار حتى الآن
""",
    ),
    "Thai": (
        ("cp874",),
        """บริษัท,ผู้ติดต่อ,ตำแหน่ง,จังหวัด,ความต้องการ
โรงงานเครื่องกลเหนือ,ธนากร ศรีสุข,ผู้จัดการฝ่ายจัดซื้อ,ลำปาง,ขอใบเสนอราคาสายการผลิต
ระบบทำความเย็น,กมลชนก แก้วใส,กรรมการผู้จัดการ,ระยอง,ยังไม่ทราบงบประมาณ
เบเกอรี่รวงข้าว,ปิยะ ทองดี,เจ้าของ,ขอนแก่น,ต้องการเตาอบใหญ่ขึ้น
""",
    ),
}

MORE: dict[str, tuple[tuple[str, ...], str]] = {
    "Croatian": (
        (
            "cp1250",
            "iso8859_2",
        ),
        """Tvrtka,Kontakt,Grad,Potreba
Strojarski pogon Dalmacija,Željko Šarić,Šibenik,Traži ponudu za proizvodnu liniju
Rashladna tehnika,Đurđica Čović,Čakovec,Proračun još nije poznat
Pekara Žitnjak,Krešimir Ćuk,Požega,Želi veće peći
Prijevoz Sava,Vesna Jurčić,Osijek,Nazvati sljedeći tjedan
""",
    ),
    "Slovak": (
        ("cp1250",),
        """Firma,Kontakt,Mesto,Potreba
Strojárne Považie,Ľubomír Šťastný,Žilina,Žiada ponuku na výrobnú linku
Chladenie Tatry,Zuzana Kováčiková,Poprad,Rozpočet zatiaľ nie je známy
Pekáreň Klas,Ján Hríb,Trenčín,Chcel by väčšie pece
""",
    ),
    "Slovene": (
        ("cp1250",),
        """Podjetje,Oseba,Kraj,Potreba
Strojništvo Žužek,Matjaž Črnič,Škofja Loka,Želi ponudbo za proizvodno linijo
Hladilna tehnika,Špela Zupančič,Koper,Proračun še ni znan
Pekarna Žito,Boštjan Košir,Črnomelj,Večje peči
""",
    ),
    "Serbian": (
        ("cp1251",),
        """Предузеће,Особа,Град,Потреба
Машинска индустрија,Љубиша Ђорђевић,Ниш,Тражи понуду за производну линију
Расхладна техника,Јелена Њежић,Чачак,Буџет још није познат
Пекара Житни клас,Џевад Ћирић,Нови Сад,Жели веће пећи
""",
    ),
    "Persian": (
        ("cp1256",),
        """شرکت,تماس,شهر,نياز
صنايع ماشين سازي شمال,رضا پورمند,تهران,درخواست پيشنهاد براي خط توليد
فناوري سرمايش,ژيلا گلستاني,شيراز,بودجه نامشخص است
""",
    ),
    "Catalan": (
        ("cp1252",),
        """Empresa,Contacte,Població,Necessitat
Mecànica Àuria,Núria Peçanha,Alcúdia,Vol un pressupost per a la línia
Refrigeració Ràpida,Lluís Güell,València,Encara no hi ha decisió
Forn de l'Àvia,Mònica Solà,Girona,Trucar dilluns vinent. És urgent
""",
    ),
    "Italian": (
        (
            "cp1252",
            "mac_roman",
        ),
        """Società,Contatto,Città,Necessità
Meccanica Forlì,Niccolò Bruni,Forlì,Richiede un'offerta perché vuole una linea più veloce
Frigo Sud,Giosuè Conti,Cantù,Il budget è già approvato
""",
    ),
    "Dutch": (
        ("cp1252",),
        """Bedrijf,Contact,Plaats,Behoefte
Machinebouw Coöperatie,Daniël Brûlée,België,Vraagt offerte voor één lijn
Koeltechniek Noord,Zoë Janssen,Groningen,Geïnteresseerd in efficiënte koeling
""",
    ),
    "Danish": (
        (
            "cp1252",
            "mac_roman",
            "cp865",
        ),
        """Firma,Kontakt,By,Behov
Maskinfabrikken Ålborg,Søren Kjær,Nørresundby,Ønsker tilbud på to linjer
Køleteknik Sjælland,Bodil Bøgh,Køge,Møde i næste uge
Bageriet Æblet,Jørgen Hæstrup,Rønne,Større ovne
""",
    ),
    "Finnish": (
        ("cp1252",),
        """Yritys,Henkilö,Paikka,Tarve
Konepaja Mäntylä,Väinö Hämäläinen,Jyväskylä,Pyytää tarjousta kahdesta linjasta
Kylmätekniikka,Päivi Yrjölä,Hyvinkää,Budjetti ei ole vielä tiedossa
""",
    ),
    "Estonian": (
        (
            "cp1257",
            "cp1252",
        ),
        """Ettevõte,Isik,Koht,Vajadus
Masinatehas Põhi,Tõnu Õunapuu,Jõgeva,Soovib pakkumist kahele liinile
Külmatehnika,Ülle Käär,Pärnu,Eelarve pole veel teada
Pagariäri Vilu,Jüri Mägi,Võru,Suuremad ahjud
""",
    ),
    "Albanian": (
        ("cp1252",),
        """Ndërmarrja,Personi,Qyteti,Nevoja
Makineri Shqipëria,Agim Çela,Durrës,Kërkon ofertë për linjën e prodhimit
Ftohje Jugu,Mirë Hoxha,Vlorë,Buxheti nuk është i njohur
""",
    ),
    "English": (
        (
            "cp1252",
            "mac_roman",
        ),
        """Company,Contact,Notes
O’Neill & Sons,Siân Brontë,He said “call back” – urgent
Café Olé,Zoë Smith,Wants 5 units @ £500
Acme,Joe,temperature 25 °C ± 2
Naïve Ltd,René,it’s fine…
""",
    ),
    "Swiss": (
        ("cp1252",),
        """Firma,Name,Ort
Küchen Zürich,Urs Müller,Zürich
Fromagerie Gruyère,René Bärtschi,Fribourg
Pasticceria Città,Niccolò Poma,Lugano
""",
    ),
}
"""Fewer rows, or of fewer columns."""
