from django.db import models
from django.urls import reverse


class Author(models.Model):
    name = models.CharField(max_length=200)
    born = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ['name']

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    name = models.CharField(max_length=50, unique=True)

    class Meta:
        ordering = ['name']

    def __str__(self) -> str:
        return self.name


class Book(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200, unique=True)
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name='books')
    tags = models.ManyToManyField(Tag, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(blank=True)
    cover = models.FileField(upload_to='covers', blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    stock = models.PositiveIntegerField(default=0)
    featured = models.BooleanField(default=False)

    class Meta:
        ordering = ['title']

    def __str__(self) -> str:
        return self.title


class Chapter(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name='chapters')
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ['number']

    def __str__(self) -> str:
        return self.title


class Review(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name='reviews')
    reviewer = models.CharField(max_length=100)
    stars = models.PositiveSmallIntegerField(default=5, choices=[(n, str(n)) for n in range(1, 6)])
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.reviewer


class Order(models.Model):
    """An order of the public page."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name='orders')
    customer = models.CharField(max_length=100)
    email = models.EmailField()
    quantity = models.PositiveSmallIntegerField(default=1)
    note = models.TextField(blank=True)
    owner = models.CharField(max_length=150, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f'Order {self.pk}'

    def get_absolute_url(self) -> str:
        return reverse('shop:received')


class Visit(models.Model):
    """How often a page was asked for: counted by an operation that may be parked."""

    page = models.CharField(max_length=100, unique=True)
    times = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.page
