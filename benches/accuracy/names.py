"""Names of invented people: cultures with common given and family names, and rarer ones put together from syllables.

Common names are drawn by a Zipf-like law, so that two people of one name happen. The long tail is made of syllables, because the
hundred commonest names of a country are those of about half its people. Shares and laws are assumptions.
"""

import unicodedata


EUROPEAN = ("Ad Al Am Ar Bel Bri Cal Cor Dar Del Ed El Em Fin Gal Ger Har Hil Il Is Jar Jo Kal Kei Lan Len Lor Mar Mel Mir Nat Nor Or Per Ral Ro Ros "
            "Sal Sel Shel Tal Ter Val Ver Vin Wil Yal Zel",
            "a an ane ard bert da dan el ela en ena ette ia ian ias ie in ina ine is issa ita lin lyn man na nor o on ra rick son us ven vin win yn")
CHINESE = ("Jian Guo Xiao Zhi Wen Yu Hao Jia Zi Yi Shi Ming Hai Chun Yong De Rong Ze Tian Si Ya Meng Qiu Xue Shu Li Jin Bao Fu Zhen",
           "wei hua ming jun feng lin hui qiang ping bo yang xin long fang jie yan ting han xuan hong rui lan yun cheng liang peng dong na qi tao")
KOREAN = ("Min Seo Ji Do Hyun Sung Young Jin Tae So Hye Eun Yu Su Ha Ye Kyung Sang Dong Jae Chan In Woo Ga Na", "jun ho woo min seok yeon seo won jin ah ra hee kyu soo bin hyun young eun mi sik")
INDIAN = ("Aa Abhi Ad Aj Am An Ar Bha Chan Dee Dev Gau Gan Har Hem Jay Kal Kar Ki Lal Mad Man Mo Na Nir Pra Ra Ram Ri Ro Sa San Shi Shru Su Ta Tri Uma Va Vi",
          "ansh deep dhi esh eet endra hana hav ika il in ini ira ita jal jit kant ksha lata mala mesh mit nav nita nya preet raj ram rika sh shal tha vi van veer yan")


class Culture:
    def __init__(self, share, given, family, heads="", tails="", tail_share=0.5, two_given=0.0, two_family=0.0, particles=(), law=1.0,
                 given_heads=EUROPEAN[0], given_tails=EUROPEAN[1], given_tail_share=0.3):
        self.given_tail = [h + t for h in given_heads.split() for t in given_tails.split()]
        self.given_tail_share = given_tail_share
        self.share, self.given, self.family = share, given.split(), family.split()
        self.tail = [h + t for h in heads.split() for t in tails.split()]
        self.tail_share = tail_share if self.tail else 0.0
        self.two_given, self.two_family, self.particles, self.law = two_given, two_family, particles, law


CULTURES = {
    "english": Culture(0.24, """James Mary Michael Jennifer Robert Linda John Patricia David Elizabeth William Barbara Richard Susan
        Joseph Jessica Thomas Karen Christopher Sarah Charles Lisa Daniel Nancy Matthew Sandra Anthony Betty Mark Ashley Donald
        Emily Steven Kimberly Andrew Margaret Paul Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa Timothy
        Deborah Ronald Stephanie Edward Rebecca Jason Sharon Jeffrey Laura Ryan Cynthia Jacob Amy Nicholas Kathleen Gary
        Angela Eric Shirley Jonathan Emma Stephen Anna Larry Brenda Justin Pamela Scott Nicole Brandon Samantha Benjamin
        Katherine Samuel Christine Gregory Helen Alexander Debra Patrick Rachel Frank Carolyn Raymond Janet Jack Maria Dennis
        Catherine Jerry Heather Tyler Diane Aaron Olivia Jose Julie Adam Joyce Nathan Victoria Henry Ruth Zachary Virginia
        Douglas Lauren Peter Kelly Kyle Christina Noah Joan Ethan Evelyn""",
        """Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin Lee Thompson White
        Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker Hall Campbell Mitchell
        Carter Roberts Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson
        Reed Bailey Bell Kelly Howard Ward Cox Richardson Wood Watson Brooks Bennett Gray Hughes Price Myers Long Foster
        Sanders Ross Powell Sullivan Russell O'Brien O'Connor""",
        "Ash Barn Black Brad Bram Brook Burn Car Chad Clay Cot Cran Crom Dal Dun East Eller Fair Farn Field Flet Ford Glas Gran Hal Ham Har Hart Hather Hay Holl Hor Hunt Kel Ken Kirk Lang Law Lin Lock Lud Mans Mar Mel Mer Mid Nor Oak Old Pem Pres Rad Red Ridge Rock Roth Row Rush Sel Shel Sher Stan Stock Strat Thorn Tun Wake Wal War Wat Wen West Whit Win Wood Wor",
        "bank beck berry bridge brook burn bury by combe cote croft dale den don field ford gate grave ham hurst land leigh ley low man mere more ner ney ridge sall sey shaw son stead ster stock stone ton vale ville ward way well wick win wood worth", 0.55),
    "german": Culture(0.14, """Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Stefan Christian Uwe Werner Frank Markus Matthias
        Bernd Jörg Martin Ralf Dirk Sven Jan Tobias Daniel Sebastian Florian Lukas Jonas Felix Maximilian Paul Leon Julian
        Ursula Sabine Petra Monika Renate Karin Andrea Birgit Susanne Claudia Gabriele Heike Martina Angelika Anja Nicole
        Katrin Stefanie Julia Sandra Christina Anna Laura Lena Lea Hannah Sophie Katharina Jana Käthe Günther Björn Till Änne""",
        """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
        Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann
        Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn
        Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster""",
        "Acker Alten Apfel Bach Baum Berg Birken Blumen Boden Brand Breit Buch Burg Dorn Eber Eich Eisen Falken Feld Fried Gold Grün Haber Hasen Heiden Hirsch Holz Kalten Kirch Kleber Knob Königs Kreuz Lichten Linden Loh Mühl Neu Ober Oster Rosen Rüben Sand Schön Silber Sommer Stein Stern Stolz Süß Tannen Wald Weiden Wein Wiesen Winter Wolken Ziegel",
        "acher auer bach bauer baum beck berg berger brink brunn burg bürger busch dorf eck egger ert feld felder graf haus heim hof hofer huber inger kamp ler mann mayer meier müller rath reuter rieder schmid stein stock thal wald weber", 0.5, particles=("von",)),
    "spanish": Culture(0.11, """María José Antonio Juan Manuel Francisco David Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro
        Ángel Pablo Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Raúl Iván Rubén Enrique Óscar Andrés Carmen Ana
        Isabel Laura Cristina Marta Lucía Elena Dolores Pilar Raquel Rosa Sara Paula Mercedes Beatriz Nuria Silvia Julia
        Irene Patricia Andrea Rocío Mónica Alba Guadalupe Ximena Valentina Camila Sofía Gabriela Daniela Fernanda""",
        """García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz Moreno Muñoz
        Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Ramírez Gil Serrano Morales Molina Blanco
        Suárez Castro Ortega Delgado Ortiz Marín Rubio Núñez Medina Sanz Castillo Iglesias Cortés Garrido Santos Guerrero
        Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera Gallego Calvo Vidal Campos Reyes Vega""",
        "Agui Alba Alda Ara Arri Azco Barra Bena Beza Bera Cala Cara Casa Cere Cuen Eche Eliz Esca Ezpe Fuen Gala Gara Goro Guerre Ibar Irigo Izagui Lanza Larra Lega Maza Mendi Monte Olai Oso Palo Quinta Riva Sala Sego Tala Uga Urru Vala Villa Zaba Zubi Zumala",
        "beitia bero cal cosa da do gorri la lde lera lla lón mar mendi naga nte ola rain rán rez ri rra rro ta tegui ti valle via za zábal zo", 0.35, two_given=0.22, two_family=0.55),
    "french": Culture(0.08, """Jean Marie Michel Pierre Nathalie Philippe Isabelle Alain Sylvie Nicolas Catherine Christophe Françoise
        Stéphane Martine Laurent Christine David Monique Julien Valérie Sébastien Sandrine Thomas Céline Olivier Sophie
        Frédéric Véronique Éric Stéphanie Guillaume Aurélie Camille Léa Manon Chloé Hugo Lucas Antoine Mathieu Benoît Inès
        Zoé Gaëlle Anaïs Rémi Jérôme Hélène Margaux""",
        """Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand
        Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier
        Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont Lopez Fontaine
        Chevalier Robin Masson Sanchez Gérard Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche Roy Noël""",
        "Arsen Aub Bar Beau Bel Ber Bois Bon Boul Bour Brun Cas Chal Champ Char Châtel Clair Cour Dela Des Dor Fau Fer Font Gar Gau Gir Grand Guil Haute Lam Lan Lava Mal Mar Mon Mont Mor Par Pel Per Pou Rav Ron Saul Tail Thi Val Ver Vil",
        "acier ain and anger ard at aud ault bert bois brun chet court croix dier dier ellier emont erand eron et eux ey fils gnon ier in let lier lon mont nay net oux rand reau rel rier sier sin son ton veau villier", 0.6, two_given=0.12),
    "nordic": Culture(0.06, """Lars Anders Erik Per Karl Johan Nils Jan Hans Mikael Peter Thomas Fredrik Magnus Henrik Bjørn Ole Svein
        Kjell Rasmus Søren Jens Mads Emil Axel Oskar Anna Eva Maria Karin Kristina Lena Ingrid Birgitta Marie Kerstin Astrid
        Sara Johanna Emma Linnea Maja Ida Anne Inger Kari Liv Solveig Mette Hanne Camilla Åsa Øyvind Sigrid Aino Eero""",
        """Johansson Andersson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Hansen Johansen Olsen Larsen
        Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Nielsen Christensen Rasmussen Jørgensen Petersen Madsen Møller
        Sørensen Lindberg Lindström Lindgren Berg Bergström Lundberg Lundgren Håkansson Korhonen Virtanen Mäkinen Nieminen""",
        "Al As Berg Björk Blom Bo Brå Dahl Ek Eng Fors Gran Gren Gyl Hag Ham Hed Hell Holm Kvarn Lind Ljung Lund Malm Mo Nor Ny Ny Öst Rosen Ryd Sand Sjö Skog Sol Stål Ström Sund Söder Tall Vester Wik Åker",
        "berg blad borg by bäck dal feldt fors gaard gren gård haug hult land lid lund man mark mo nes qvist rud sjö skog stad strand ström sten stuen vall vik ås", 0.5),
    "polish": Culture(0.05, """Anna Maria Katarzyna Małgorzata Agnieszka Krystyna Barbara Ewa Elżbieta Zofia Teresa Magdalena Joanna
        Monika Danuta Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Stanisław Jakub Adam Marek Łukasz Grzegorz
        Mateusz Wojciech Mariusz Dariusz Zbigniew Maciej Rafał Kamil Jacek Szymon Bartosz Aleksandra Natalia Karolina""",
        """Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski
        Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król
        Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki""",
        "Bal Bar Biel Błasz Bor Bru Cho Ciesz Czer Dob Dołę Gaj Gał Gliń Gór Jaś Kacz Kal Kęp Klim Koł Kra Lip Łab Mar Mik Mos Olch Orl Ost Pietr Pod Rad Rosz Rut Sad Siem Sko Sos Ster Sza Topo Tur War Wierz Żu",
        "acki aczyk ak anowicz arczyk ański czak czyński ecki elski ewicz ewski icki iński iak kowicz nicki owiak owicz owski uch uszek", 0.6),
    "turkish": Culture(0.04, """Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Osman Murat Ömer Yusuf Emre Burak Kemal Serkan Onur Deniz
        Fatma Ayşe Emine Hatice Zeynep Elif Meryem Merve Esra Özlem Gül Sevgi Büşra Yasemin Pınar Çiğdem Aslı Ebru Ceren""",
        """Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan
        Şimşek Polat Korkmaz Çakır Erdoğan Akın Güneş Bulut Keskin Ünal Turan Avcı Taş Güler Tekin Bozkurt""",
        "Ak Al Ay Bay Boz Can Dağ De Er Gök Gül Gün İl Kar Kız Koca Mert Öz Sarı Soy Şen Taş Te Tok Tur Uz Yal Yav",
        "alp bay baş berk can çam demir er han kan kaya kol lı maz mez oğlu sal soy su şen taş tekin türk yurt", 0.5),
    "arabic": Culture(0.05, """Mohammed Ahmed Ali Omar Hassan Ibrahim Khalid Youssef Mahmoud Abdullah Mustafa Hamza Karim Tariq Samir Bilal
        Rashid Faisal Nabil Ziad Fatima Aisha Maryam Zainab Khadija Layla Noor Hana Salma Yasmin Amira Rania Sara Dina Huda
        Samira Leila Nadia Farah Mona""",
        """Khan Ali Ahmed Hassan Hussein Rahman Ibrahim Mahmoud Abdullah Saleh Mansour Haddad Nasser Khalil Saeed Farouk Aziz Hamdan
        Najjar Khoury Qasim Bakr Darwish Sabbagh Shahin Rashid Malik Sheikh Siddiqui Ansari Qureshi Mirza Butt Chaudhry""",
        "Abu Ba Bad Bar Dab Daw Fad Gha Ham Has Jab Jar Kad Kan Kha Mag Mak Mas Nah Qad Ram Sal Sam Sha Tab Tah War Zah Zay",
        "ar awi bani dad dawi din fari hab jani kar lani madi mari nabi rani rawi sawi shi tani wan yan zi", 0.35, particles=("Al",)),
    "indian": Culture(0.09, """Rahul Amit Priya Anil Sunil Rajesh Sanjay Vijay Ravi Suresh Ramesh Deepak Manoj Ashok Arun Kiran Vikram Arjun
        Rohit Nikhil Karthik Aditya Siddharth Pooja Anjali Neha Kavita Sunita Anita Rekha Geeta Lakshmi Divya Shreya Swati Meera
        Nisha Ananya Aishwarya Sneha Venkatesh Srinivas Harish Ganesh Naveen Praveen Santosh Abhishek Gaurav Vivek""",
        """Sharma Singh Kumar Gupta Patel Verma Reddy Rao Nair Iyer Iyengar Menon Das Ghosh Banerjee Mukherjee Chatterjee Bose Sen
        Joshi Desai Mehta Shah Jain Agarwal Mishra Pandey Tiwari Yadav Chauhan Pillai Naidu Krishnan Subramanian Bhat Kulkarni
        Deshpande Patil Kapoor Malhotra Khanna Chopra Bhatia Saxena Srivastava Trivedi Dutta Roy Thakur Rathore""",
        "Bala Bhar Chand Dev Dha Gaj Gan Gop Har Jaga Jay Kal Kesh Krish Mad Maha Mani Muru Nag Nara Padma Para Rad Raja Rama Ran Sada Sat Siva Som Sri Sund Tej Uday Vas Ven Vish Yash",
        "dhan esh eshwaran garh gopal kar krishnan lingam mohan murthy nandan nath pal pathi prasad raj rajan raman swamy vardhan vel want war wal", 0.35, law=0.9, given_heads=INDIAN[0], given_tails=INDIAN[1], given_tail_share=0.4),
    "chinese": Culture(0.06, """Wei Fang Min Jing Li Qiang Lei Jun Yang Yong Jie Juan Tao Ming Chao Xia Ping Gang Hui Ling Hong Hua Yan Bin Bo Peng
        Xin Yu Rui Hao Jian Kai Ying Na Lin Dan Xue Mei Lan Qing Zhen Yi Xiaoming Xiaoli Jianguo Jianhua Weiwei Yuting Zihan
        Haoran Yuxuan Xinyi Ziyi Wenjie Junjie Yifan Siyu Jiahao Meiling Guoqiang Zhiwei Zhihao Xiaoyan Lijuan""",
        """Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Gao Lin Luo Zheng Liang Xie Song Tang Han Feng
        Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Shen Yao""", law=0.8, given_heads=CHINESE[0], given_tails=CHINESE[1], given_tail_share=0.75),
    "korean": Culture(0.02, """Minjun Seojun Jiho Junseo Dohyun Jiwoo Hyunwoo Jihoon Sungmin Youngho Jinwoo Taeyang Seoyeon Minseo Jiwon Soyeon
        Jimin Hyejin Eunji Yuna Sujin Minji Haeun Yejin Kyungsoo Sangho Dongwook""",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Yoo Hong", law=1.1, given_heads=KOREAN[0], given_tails=KOREAN[1], given_tail_share=0.75),
    "vietnamese": Culture(0.02, "Anh Hương Linh Minh Tuấn Hùng Dũng Lan Mai Hoa Thảo Trang Phương Nam Long Quân Đức Hải Sơn Thủy Ngọc Vân Yến Khánh",
                          "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý", law=1.2, two_given=0.5),
    "russian": Culture(0.04, """Alexander Sergey Dmitry Andrey Alexey Maxim Evgeny Ivan Mikhail Vladimir Nikolay Igor Oleg Pavel Roman Artem Anton
        Elena Olga Natalia Ekaterina Anna Irina Tatiana Svetlana Maria Anastasia Yulia Ksenia Daria Polina Galina Lyudmila""",
        """Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov Alekseev Lebedev Semenov
        Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Andreev Makarov Nikitin Zakharov Zaitsev Soloviev Borisov Yakovlev""",
        "Ab Aks Bel Bog Bul Chern Dem Dor Er Fil Gal Gol Gor Grom Ilin Kal Kar Kir Kol Kon Kras Kul Lap Log Luk Mal Med Mir Naz Osip Pan Pol Rod Ryb Sav Sem Sid Sol Tar Tikh Tim Ush Var Vor Yer Zhur Zim",
        "ago aev akov anov atov enko enkov eryn ichev ikov inov inskiy itsyn ko kin kov nikov nov ovskiy sky tsev ukhin ushkin yshev", 0.6),
}

# What people call themselves. The matcher has a list of its own, of English names; half of these are not in it.
SHORT = {
    "Katherine": ["Kate", "Kathy", "Katie"], "Catherine": ["Cathy", "Kate"], "Michael": ["Mike", "Mick"], "William": ["Bill", "Will", "Billy"],
    "Robert": ["Bob", "Rob", "Bobby"], "Samuel": ["Sam"], "Samantha": ["Sam"], "Daniel": ["Dan", "Danny"], "Thomas": ["Tom", "Tommy"], "Susan": ["Sue"],
    "Nicholas": ["Nick"], "James": ["Jim", "Jimmy"], "Elizabeth": ["Liz", "Beth", "Betty"], "Margaret": ["Peggy", "Maggie", "Meg"],
    "Richard": ["Rick", "Dick", "Rich"], "Joseph": ["Joe"], "Anthony": ["Tony"], "Christopher": ["Chris"], "Matthew": ["Matt"],
    "Andrew": ["Andy", "Drew"], "Edward": ["Ed", "Ted"], "Steven": ["Steve"], "Stephen": ["Steve"], "Jennifer": ["Jen", "Jenny"], "Patricia": ["Pat", "Trish"],
    "Barbara": ["Barb"], "Deborah": ["Deb", "Debbie"], "Rebecca": ["Becky"], "Jeffrey": ["Jeff"], "Gregory": ["Greg"], "Timothy": ["Tim"],
    "Benjamin": ["Ben"], "Alexander": ["Alex", "Sasha"], "Jonathan": ["Jon"], "Kimberly": ["Kim"], "Pamela": ["Pam"], "Ronald": ["Ron"],
    "Kenneth": ["Ken"], "Raymond": ["Ray"], "Charles": ["Charlie", "Chuck"], "David": ["Dave"], "Joshua": ["Josh"], "Jacob": ["Jake"],
    "José": ["Pepe"], "Francisco": ["Paco", "Fran"], "Manuel": ["Manolo"], "Antonio": ["Toño", "Toni"], "Dolores": ["Lola"], "Mercedes": ["Merche"],
    "Rafael": ["Rafa"], "Alejandro": ["Alex"], "Guadalupe": ["Lupe"], "Ignacio": ["Nacho"], "Stefan": ["Steff"], "Sebastian": ["Basti"],
    "Maximilian": ["Max"], "Wolfgang": ["Wolf"], "Katharina": ["Kathi", "Käthe"], "Matthias": ["Matze"], "Stefanie": ["Steffi"], "Andreas": ["Andi"],
    "Dmitry": ["Dima"], "Sergey": ["Seryozha"], "Ekaterina": ["Katya"], "Anastasia": ["Nastya"], "Maria": ["Masha"], "Mikhail": ["Misha"],
    "Tatiana": ["Tanya"], "Vladimir": ["Vova"], "Evgeny": ["Zhenya"], "Małgorzata": ["Gosia"], "Katarzyna": ["Kasia"], "Agnieszka": ["Aga"],
    "Krzysztof": ["Krzysiek"], "Tomasz": ["Tomek"], "Jakub": ["Kuba"], "Mohammed": ["Mo"], "Venkatesh": ["Venkat"], "Siddharth": ["Sid"],
    "Abhishek": ["Abhi"], "Frédéric": ["Fred"], "Guillaume": ["Guigui"], "Fredrik": ["Freddy"], "Karl": ["Kalle"], "Johan": ["Janne"],
}
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "oe", "Ø": "Oe", "å": "aa", "Å": "Aa"})
PLAIN = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "đ": "d", "Đ": "D", "ı": "i", "'": ""})


def plain(name):
    """Without diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.translate(PLAIN)) if not unicodedata.combining(c))


def written_out(name):
    """ü as ue, as Germans and Scandinavians type it."""
    return plain(name.translate(GERMAN))


class Names:
    """Draws names. Weights are summed once."""

    def __init__(self, rng):
        self.rng = rng
        self.cultures = list(CULTURES.values())
        self.shares = running([c.share for c in self.cultures])
        self.given = {id(c): running([(i + 2.0) ** -c.law for i in range(len(c.given))]) for c in self.cultures}
        self.family = {id(c): running([(i + 2.0) ** -c.law for i in range(len(c.family))]) for c in self.cultures}

    def culture(self):
        return self.rng.choices(self.cultures, cum_weights=self.shares)[0]

    def given_name(self, c):
        if self.rng.random() < c.given_tail_share:
            return c.given_tail[int(len(c.given_tail) * self.rng.random() ** 1.3)]
        one = self.rng.choices(c.given, cum_weights=self.given[id(c)])[0]
        if self.rng.random() < c.two_given:
            two = self.rng.choices(c.given, cum_weights=self.given[id(c)])[0]
            if two != one:
                return f"{one}{'-' if c.share == 0.08 else ' '}{two}"
        return one

    def one_family(self, c):
        rng = self.rng
        if rng.random() < c.tail_share:
            return c.tail[int(len(c.tail) * rng.random() ** 1.3)]
        return rng.choices(c.family, cum_weights=self.family[id(c)])[0]

    def family_name(self, c):
        rng = self.rng
        name = self.one_family(c)
        r = rng.random()
        if r < c.two_family:
            return f"{name} {self.one_family(c)}"
        if c.particles and r < 0.1:
            return f"{rng.choice(c.particles)} {name}"
        if r > 0.985 and not c.two_family:
            return f"{name}-{self.one_family(c)}"
        return name


def running(weights):
    total, out = 0.0, []
    for w in weights:
        total += w
        out.append(total)
    return out
