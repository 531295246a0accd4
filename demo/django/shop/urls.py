from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from . import views

app_name = 'shop'

sign_in = LoginView.as_view(
    template_name='shop/login.html', extra_context={'base': views.BASE, 'title': 'Sign in'})

urlpatterns = [
    path('', views.home, name='home'),
    path('order/', views.order, name='order'),
    path('books/<slug:slug>/review/', views.review, name='review'),
    path('received/', views.received, name='received'),
    path('login/', sign_in, name='login'),
    path('logout/', LogoutView.as_view(next_page='shop:home'), name='logout'),
]
