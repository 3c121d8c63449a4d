"""Comments written for the tests: five themes in five languages, eight of each, and a few of no theme."""

from __future__ import annotations

PLANTED: dict[str, dict[str, str]] = {
    "en": {
        "login": """
            I cannot log in since this morning
            Login fails with a wrong password message though the password is right
            Our team is locked out, the login page rejects every password
            Logging in with my password does not work any more
            The password reset link never arrives, so I cannot log in
            Login on the phone keeps failing
            Every Monday the login asks for a new password
            We were logged out and cannot get past the login page
        """,
        "price": """
            Too expensive for what we use
            The price went up again, we will look elsewhere
            For a small team this price is far too high
            The new price is more expensive than your competitors
            We cannot afford the price of the yearly plan
            Great product but expensive
            Pricing is unclear and the price per seat is high
            Why is the price twice as high as last year?
        """,
        "slow": """
            The dashboard is painfully slow
            Pages take a minute to load, it is slow all day
            Loading the report is slow on our connection
            Since the update everything is slow to load
            The dashboard takes forever to load in the morning
            Slow, slow, slow: loading takes ages
            Search is slow when there are many records
            It was fast once, now the dashboard loads slowly
        """,
        "export": """
            Export to Excel drops the last column
            We need to export the data as CSV
            The CSV export is broken for long tables
            Please add an Excel export of invoices
            The exported file opens empty in Excel
            Exporting to CSV breaks accented letters
            I export every week and half of the rows are missing in the file
            There is no way to export the data to a file
        """,
        "support": """
            Support took three days to answer
            Nobody from support answered my ticket
            The support agent was rude and did not help
            I waited a week for an answer from support
            Support answers with copied text and does not help
            My ticket was closed by support without an answer
            Your support staff never answers on weekends
            Still waiting for support to answer the ticket
        """,
    },
    "hi": {
        "login": """
            आज सुबह से लॉगिन नहीं हो रहा है
            सही पासवर्ड डालने पर भी लॉगिन विफल हो जाता है
            लॉगिन पेज मेरा पासवर्ड स्वीकार नहीं करता
            पासवर्ड बदलने का लिंक नहीं आता, लॉगिन कैसे करूँ
            मोबाइल पर लॉगिन बार बार विफल होता है
            हमारी टीम का कोई सदस्य लॉगिन नहीं कर पा रहा
            हर हफ्ते लॉगिन के लिए नया पासवर्ड माँगता है
            पासवर्ड भूल गया था, अब लॉगिन बंद है
        """,
        "price": """
            कीमत बहुत ज़्यादा है
            हमारे जैसे छोटे व्यापार के लिए बहुत महंगा है
            कीमत फिर से बढ़ गई, हम दूसरा विकल्प देखेंगे
            दूसरी कंपनियों से महंगा है
            सालाना योजना की कीमत हम नहीं दे सकते
            उत्पाद अच्छा है पर महंगा है
            इतनी कीमत में सुविधाएँ कम हैं
            पिछले साल से कीमत दोगुनी क्यों है
        """,
        "slow": """
            डैशबोर्ड बहुत धीमा चलता है
            पेज लोड होने में एक मिनट लगता है
            रिपोर्ट बहुत धीमी लोड होती है
            अपडेट के बाद सब कुछ धीमा हो गया
            डैशबोर्ड लोड होने में बहुत समय लगता है
            खोज धीमी है, पेज लोड नहीं होता
            दिन भर धीमा रहता है, लोड नहीं होता
            पहले तेज़ था, अब डैशबोर्ड धीमा है
        """,
        "export": """
            एक्सेल में निर्यात करने पर आखिरी कॉलम गायब है
            डेटा को सीएसवी फ़ाइल में निर्यात करना है
            निर्यात की गई फ़ाइल खाली खुलती है
            कृपया बिलों का एक्सेल निर्यात जोड़ें
            सीएसवी निर्यात में हिंदी अक्षर टूट जाते हैं
            निर्यात में आधी पंक्तियाँ गायब हैं
            हर हफ्ते निर्यात करता हूँ और फ़ाइल अधूरी मिलती है
            डेटा निर्यात करने का कोई तरीका नहीं है
        """,
        "support": """
            सहायता टीम ने तीन दिन बाद जवाब दिया
            मेरे टिकट का किसी ने जवाब नहीं दिया
            सहायता टीम का व्यवहार रूखा था
            जवाब के लिए एक हफ्ता इंतज़ार किया
            टिकट बिना जवाब के बंद कर दिया गया
            सहायता टीम सप्ताहांत में जवाब नहीं देती
            अब तक टिकट के जवाब का इंतज़ार है
            सहायता टीम से कोई मदद नहीं मिली
        """,
    },
    "id": {
        "login": """
            Saya tidak bisa masuk sejak pagi tadi
            Gagal masuk padahal kata sandi benar
            Halaman masuk menolak kata sandi kami
            Tautan reset kata sandi tidak pernah datang
            Masuk lewat ponsel selalu gagal
            Seluruh tim tidak bisa masuk ke akun
            Setiap minggu diminta kata sandi baru saat masuk
            Lupa kata sandi dan sekarang tidak bisa masuk
        """,
        "price": """
            Harganya terlalu mahal untuk tim kecil
            Harga naik lagi, kami cari yang lain
            Terlalu mahal dibanding pesaing
            Kami tidak sanggup membayar harga paket tahunan
            Produk bagus tetapi mahal
            Harga per pengguna tidak jelas dan mahal
            Mengapa harga dua kali lipat dari tahun lalu
            Dengan harga segini fiturnya sedikit
        """,
        "slow": """
            Dasbor sangat lambat
            Memuat halaman butuh satu menit, lambat sekali
            Laporan lambat dimuat di koneksi kami
            Setelah pembaruan semuanya jadi lambat
            Dasbor lama sekali dimuat setiap pagi
            Pencarian lambat kalau datanya banyak
            Dulu cepat, sekarang memuat dasbor lambat
            Lambat sepanjang hari, halaman tidak termuat
        """,
        "export": """
            Ekspor ke Excel kehilangan kolom terakhir
            Kami perlu ekspor data ke CSV
            Berkas hasil ekspor kosong di Excel
            Tolong tambahkan ekspor faktur ke Excel
            Ekspor CSV rusak untuk tabel panjang
            Setengah baris hilang dari berkas ekspor
            Tidak ada cara ekspor data ke berkas
            Saya ekspor tiap minggu dan berkas CSV tidak lengkap
        """,
        "support": """
            Dukungan baru menjawab setelah tiga hari
            Tidak ada yang menjawab tiket saya
            Petugas dukungan kasar dan tidak membantu
            Seminggu menunggu jawaban dari dukungan
            Tiket ditutup tanpa jawaban
            Tim dukungan tidak menjawab di akhir pekan
            Masih menunggu jawaban tiket dari tim dukungan
            Jawaban dukungan hanya salinan dan tidak membantu
        """,
    },
    "ar": {
        "login": """
            لا أستطيع تسجيل الدخول منذ الصباح
            فشل تسجيل الدخول مع أن كلمة المرور صحيحة
            صفحة الدخول ترفض كلمة المرور
            رابط إعادة تعيين كلمة المرور لا يصل
            تسجيل الدخول من الهاتف يفشل دائمًا
            لا أحد من فريقنا يستطيع تسجيل الدخول
            يطلب كلمة مرور جديدة عند كل تسجيل دخول
            نسيت كلمة المرور ولا أستطيع الدخول
        """,
        "price": """
            السعر مرتفع جدًا لفريق صغير
            ارتفع السعر مرة أخرى وسنبحث عن بديل
            الأسعار أغلى من المنافسين
            لا نستطيع دفع سعر الخطة السنوية
            منتج جيد لكنه غالي السعر
            لماذا تضاعف السعر عن العام الماضي
            السعر لكل مستخدم غير واضح ومرتفع
            بهذا السعر المرتفع الميزات قليلة
        """,
        "slow": """
            لوحة المعلومات بطيئة جدًا
            تحميل الصفحة يستغرق دقيقة، بطيء جدًا
            تحميل التقرير بطيء على اتصالنا
            بعد التحديث أصبح كل شيء بطيئًا
            لوحة المعلومات تستغرق وقتًا طويلًا في التحميل
            البحث بطيء عند كثرة السجلات
            كان سريعًا والآن تحميل اللوحة بطيء
            بطيء طوال اليوم والصفحة لا يكتمل تحميلها
        """,
        "export": """
            التصدير إلى إكسل يفقد العمود الأخير
            نحتاج تصدير البيانات إلى ملف
            ملف التصدير فارغ في إكسل
            أضيفوا تصدير الفواتير إلى إكسل
            تصدير الملف معطل للجداول الطويلة
            نصف الصفوف مفقود من ملف التصدير
            لا توجد طريقة لتصدير البيانات
            أقوم بالتصدير كل أسبوع والملف ناقص
        """,
        "support": """
            فريق الدعم رد بعد ثلاثة أيام
            لم يرد أحد على تذكرتي
            موظف الدعم كان فظًا ولم يساعد
            انتظرت أسبوعًا رد الدعم
            أغلقت التذكرة بدون رد
            فريق الدعم لا يرد في عطلة الأسبوع
            ما زلت أنتظر رد الدعم على التذكرة
            ردود الدعم منسوخة ولا تساعد
        """,
    },
    "fa": {
        "login": """
            از صبح نمی‌توانم وارد شوم
            با اینکه رمز عبور درست است ورود ناموفق است
            صفحهٔ ورود رمز عبور ما را نمی‌پذیرد
            لینک بازنشانی رمز عبور نمی‌رسد
            ورود با گوشی همیشه ناموفق است
            هیچ‌کس از تیم ما نمی‌تواند وارد حساب شود
            هر هفته هنگام ورود رمز تازه می‌خواهد
            رمز عبور را فراموش کردم و ورود بسته است
        """,
        "price": """
            قیمت برای تیم کوچک خیلی گران است
            قیمت دوباره بالا رفت، دنبال جایگزین هستیم
            از رقیبان گران‌تر است
            از پس قیمت طرح سالانه برنمی‌آییم
            محصول خوبی است ولی گران است
            چرا قیمت دو برابر سال پیش شده
            قیمت هر کاربر روشن نیست و گران است
            با این قیمت امکانات کم است
        """,
        "slow": """
            داشبورد خیلی کند است
            بارگذاری صفحه یک دقیقه طول می‌کشد، کند است
            بارگذاری گزارش کند است
            بعد از به‌روزرسانی همه چیز کند شد
            بارگذاری داشبورد هر صبح خیلی طول می‌کشد
            جست‌وجو کند است وقتی داده زیاد است
            قبلاً سریع بود، حالا داشبورد کند است
            تمام روز کند است و صفحه بارگذاری نمی‌شود
        """,
        "export": """
            خروجی اکسل ستون آخر را ندارد
            باید داده‌ها را به فایل خروجی بگیریم
            فایل خروجی در اکسل خالی باز می‌شود
            لطفاً خروجی اکسل برای فاکتورها بگذارید
            خروجی فایل برای جدول‌های بلند خراب است
            نصف ردیف‌ها در فایل خروجی نیست
            راهی برای خروجی گرفتن از داده‌ها نیست
            هر هفته خروجی می‌گیرم و فایل ناقص است
        """,
        "support": """
            پشتیبانی بعد از سه روز پاسخ داد
            هیچ‌کس به تیکت من پاسخ نداد
            کارشناس پشتیبانی تند بود و کمکی نکرد
            یک هفته منتظر پاسخ پشتیبانی بودم
            تیکت بدون پاسخ بسته شد
            پشتیبانی آخر هفته پاسخ نمی‌دهد
            هنوز منتظر پاسخ تیکت هستم
            پاسخ پشتیبانی تکراری است و کمک نمی‌کند
        """,
    },
}
"""Sentences by language and theme."""

OTHERS: tuple[str, ...] = (
    "The new colours are lovely", "Can my cousin borrow the mascot?", "Met your founder at the fair",
    "Our office moves to Leeds in May", "आपका पोस्टर दीवार पर लगा है", "मेले में आपसे मिलकर खुशी हुई",
    "Logo barunya manis", "Kantor kami pindah ke Bandung", "أعجبني شعاركم الجديد", "انتقل مكتبنا إلى جدة",
    "نشان تازه‌تان زیباست", "دفتر ما به شیراز رفت",
)  # fmt: skip


def sentences(language: str) -> list[tuple[str, str]]:
    """Each sentence of a language with its theme."""
    return [
        (theme, line.strip())
        for theme, lines in PLANTED[language].items()
        for line in lines.strip().splitlines()
    ]
