"""校区等地域 and their 地域活動協議会: registered, certified, confirmed every year, supported."""
